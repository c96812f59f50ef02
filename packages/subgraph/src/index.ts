export { type AnswerError, type AnswerErrorContext, answerError } from './answer-error.ts';
export { type Answered, answerQuestion } from './answer-question.ts';
export { ArgumentRefused, readInstant, readPageSize } from './argument-refused.ts';
export { createDocuments, type Documents } from './documents.ts';
export { type HopHandler, type HopRoute, serveHops } from './hop-route.ts';
export { followTrust, type OwnerTrust, type TrustFiles } from './owner-trust.ts';
export { type Question, questionOf } from './question.ts';
export { assertWithin, openDoor, type QuestionLimits } from './question-limits.ts';
export { type Watch, watchStore } from './watch-store.ts';
