import fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorAnswer } from './error-answer.ts';

const about = { language: 'zh', correlationId: '4bf92f3577b34da6a3ce929d0e0e4736' } as const;

test('an error of our own tells a correlation id and nothing else', () => {
  const leaky = {
    message: 'connect ECONNREFUSED 10.0.0.7:5432',
    path: ['facilities', 3],
    extensions: {
      code: 'DOWNSTREAM_SERVICE_ERROR',
      serviceName: 'guangxi',
      stacktrace: ['at x'],
      response: { url: 'http://10.0.0.7/graphql', body: '<html>' },
    },
  };
  expect(errorAnswer(leaky, about)).toEqual({
    message: '内部错误',
    path: ['facilities', 3],
    extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: true, correlationId: about.correlationId },
  });
});

test('an owner’s fault names the owner, the place and the records, and no path', () => {
  const error = {
    message: '数据所属方未在时限内应答',
    path: ['consignment', 'records', 0],
    extensions: {
      code: 'OWNER_TIMEOUT',
      owner: 'guizhou',
      at: ['consignment', 'records', '@'],
      ids: ['guizhou:port:0000000000000000'],
      serviceName: 'guizhou',
    },
  };
  expect(errorAnswer(error, about)).toEqual({
    message: '数据所属方未在时限内应答',
    extensions: {
      code: 'OWNER_TIMEOUT',
      retryable: true,
      correlationId: about.correlationId,
      owner: 'guizhou',
      at: ['consignment', 'records', '@'],
      ids: ['guizhou:port:0000000000000000'],
    },
  });
});

test('a fault in the caller’s own query keeps its words and its place', () => {
  const error = {
    message: 'Cannot query field "x" on type "Query".',
    locations: [{ line: 1, column: 3 }],
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  };
  expect(errorAnswer(error, about)).toEqual({
    message: error.message,
    locations: error.locations,
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', retryable: false, correlationId: about.correlationId },
  });
});

test('too many tokens read as a query too large, without the limit', () => {
  const error = {
    message: 'Syntax Error: Document contains more than 2000 tokens. Parsing aborted.',
    extensions: { code: 'GRAPHQL_PARSE_FAILED' },
  };
  expect(errorAnswer(error, about).message).toBe('查询过大');
});

test('whatever an error holds, only the listed keys leave', () => {
  fc.assert(
    fc.property(fc.string(), fc.dictionary(fc.string(), fc.anything()), (message, extensions) => {
      const answer = errorAnswer({ message, extensions }, about);
      const keys = [...Object.keys(answer), ...Object.keys(answer.extensions ?? {})];
      expect(
        keys.filter(
          (key) =>
            !['message', 'locations', 'path', 'extensions', 'code', 'retryable', 'correlationId', 'owner', 'at', 'ids'].includes(key),
        ),
      ).toEqual([]);
    }),
  );
});
