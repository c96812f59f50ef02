import { refusalOf } from '@corridor/runtime';
import { type ErrorCode, isErrorCode, type Language, languageOf } from '@corridor/schemas';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Question, questionOf } from './question.ts';

/** HTTP status and body of an answer. */
export type Answered = { readonly status: number; readonly body: object };

/**
 * Answers the request of somebody who was let in, in the language of its `Accept-Language`. What cannot be read as a question is the caller's fault,
 * told as such: the caller is known by now. What goes wrong besides is a code of the table, too, its cause in the log alone.
 */
export async function answerQuestion(
  request: FastifyRequest,
  reply: FastifyReply,
  correlationId: string,
  answer: (question: Question, language: Language) => Promise<Answered>,
): Promise<FastifyReply> {
  const language = languageOf(request.headers['accept-language']);
  const json = reply.type('application/json; charset=utf-8');
  try {
    const { status, body } = await answer(questionOf(request.rawBody), language);
    request.outcome = firstCode(body) ?? 'OK';
    return json.code(status).send(JSON.stringify(body));
  } catch (error) {
    const refusal = refusalOf(error, { language, correlationId });
    request.outcome = refusal.body.errors[0].extensions.code;
    if (refusal.status >= 500) request.log.error({ err: error }, 'failed');
    return json.code(refusal.status).headers(refusal.headers).send(JSON.stringify(refusal.body));
  }
}

// For metrics alone: the first error stands for the answer.
function firstCode(body: object): ErrorCode | undefined {
  const errors: unknown = Reflect.get(body, 'errors');
  const code: unknown = Array.isArray(errors) ? errors[0]?.extensions?.code : undefined;
  return typeof code === 'string' && isErrorCode(code) ? code : undefined;
}
