import { createLogger } from '@corridor/runtime';
import { CorridorError } from '@corridor/schemas';
import { GraphQLError } from 'graphql';
import { beforeEach, expect, test } from 'vitest';
import { answerError } from './answer-error.ts';
import { ArgumentRefused } from './argument-refused.ts';

const lines: string[] = [];
beforeEach(() => void lines.splice(0));
const log = createLogger({ name: 'guangxi', level: 'debug', stream: { write: (line) => void lines.push(line) } });
const context = { language: 'en', correlationId: '0af7651916cd43dd8448eb211c80319c', log } as const;
const fieldError = (originalError: Error): GraphQLError => new GraphQLError('wrapped', { originalError, path: ['facilities', 0] });

test('an argument that cannot be used is told with its path and its place in the answer', () => {
  expect(answerError(fieldError(new ArgumentRefused('filter.from', 'an instant')), context)).toEqual({
    message: new CorridorError('BAD_USER_INPUT', { detail: 'filter.from: an instant' }).text('en'),
    path: ['facilities', 0],
    extensions: { code: 'BAD_USER_INPUT', retryable: false, correlationId: context.correlationId, argument: 'filter.from' },
  });
  expect(lines).toEqual([]);
});

test('what has no code is told as ours, and its cause stands in the log alone', () => {
  const told = answerError(fieldError(new Error('relation "facility" does not exist')), context);
  expect(told.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', retryable: expect.any(Boolean), correlationId: context.correlationId });
  expect(JSON.stringify(told)).not.toContain('does not exist');
  expect(lines).toEqual([expect.stringContaining('does not exist')]);
  expect(lines[0]).toContain(context.correlationId);
});

test('a program may know what a cause is', () => {
  const late = new CorridorError('OWNER_TIMEOUT', { owner: 'guangxi' });
  const told = answerError(fieldError(new Error('statement timeout')), { ...context, causeOf: () => late });
  expect([told.extensions.code, told.path, lines]).toEqual(['OWNER_TIMEOUT', ['facilities', 0], []]);
});
