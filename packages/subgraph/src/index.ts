export { type AnswerError, type AnswerErrorContext, answerError } from './answer-error.ts';
export { type Answered, answerQuestion } from './answer-question.ts';
export { ArgumentRefused, readInstant, readPageSize } from './argument-refused.ts';
export { createDocuments, type Documents } from './documents.ts';
export { type HopHandler, type HopRoute, serveHops } from './hop-route.ts';
export { type Question, questionOf } from './question.ts';
