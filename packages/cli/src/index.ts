export { type Answer, type AnswerError, type MaskedField, type OwnerReport, readAnswer } from './answer.ts';
export { ask, type Surroundings } from './ask.ts';
export { clientAtOwner, type Persona, personaOf, personas } from './personas.ts';
export { type ReportOptions, report } from './report.ts';
export { type AskCommand, type Command, help, readCommand } from './usage.ts';
