/** Prints the error table as `docs/errors.md`. */
import { type ErrorEntry, errors } from './errors.ts';

const sections: readonly { readonly where: ErrorEntry['where']; readonly title: string; readonly about: string }[] = [
  {
    where: 'request',
    title: '请求 · A request refused as a whole',
    about: 'The HTTP status goes with the code; nothing of the request took effect.',
  },
  {
    where: 'answer',
    title: '部分应答 · Inside a partial answer',
    about: 'Status 200: the other parts of the answer are complete. `owner`, `at` and `ids` name what is missing.',
  },
  {
    where: 'finding',
    title: '报文检查结果 · Findings of ingest',
    about:
      'Listed in the answer of `POST /ingest`, with the segment and element or the path. 422: that message was refused and changed nothing.',
  },
  { where: 'start', title: '启动被拒 · A program that refuses to start', about: 'Printed at start; the program ends with exit code 1.' },
  {
    where: 'release',
    title: '超图发布被拒 · A release of the supergraph that is refused',
    about:
      'Printed by `npm run -s release`, or in the log of a gateway, which goes on with the release it has and stays ready. [releases.md](releases.md) has the whole story.',
  },
];

/** The whole document, from the one table. */
export function errorsDocument(): string {
  const parts = [
    '# 错误代码 · Error codes',
    '',
    'Generated from `schemas/src/errors.ts`. The code is the contract; the message is for people, in the language of `Accept-Language`, and may change.',
    'An error answers `{ message, extensions: { code, retryable, correlationId, owner?, at?, ids? } }` and nothing else.',
    '',
  ];
  for (const section of sections) {
    parts.push(
      `## ${section.title}`,
      '',
      section.about,
      '',
      '| Code | HTTP | Retry | 含义 · Meaning | 处理 · What to do |',
      '|---|---|---|---|---|',
    );
    for (const [code, row] of Object.entries(errors)) {
      if (row.where !== section.where) continue;
      parts.push(
        `| \`${code}\` | ${row.status} | ${row.retryable ? 'yes' : 'no'} | ${row.zh} · ${row.en} | ${row.act.zh} · ${row.act.en} |`,
      );
    }
    parts.push('');
  }
  return `${parts.join('\n').trimEnd()}\n`;
}
