import type { Language } from '@corridor/schemas';
import type { CheckedLog, LogCheck } from './directory-log.ts';
import type { Comparison, Difference, Held } from './directory-mine.ts';
import type { Line, LinksPage } from './directory-pages.ts';
import { table } from './table.ts';

/** How the readable part is printed. */
export type ReportOptions = { readonly language: Language; readonly width: number; readonly colours: boolean; readonly last: number };

/** The log for people: who, when, for what purpose, what for, found or not, which records; then what the check of the chain gave. */
export function logReport({ owner, lines, check }: CheckedLog, options: ReportOptions): string {
  const t = words[options.language];
  const shown = lines.slice(-options.last);
  return [
    ...section(t.log(owner), [t.logColumns, ...shown.map((line) => lineCells(line, t))], options),
    '',
    t.lines(lines.length, shown.length),
    checkLine(check, t),
  ].join('\n');
}

/** What the directory holds, for people: how the feed stands, what is held of which noun, who may know of how many, and where owner and directory differ. */
export function mineReport({ held, told, differences }: Comparison, options: ReportOptions): string {
  const t = words[options.language];
  const shown = differences.slice(0, options.last);
  return [
    ...section(t.mine(held.owner), [t.mineColumns, ...nounRows(held)], options),
    ...section(t.audiences, audienceRows(held, t), options),
    ...section(t.feed, [feedCells(held, t)], options),
    ...section(
      t.differences,
      differences.length === 0 ? [] : [t.differenceColumns, ...shown.map((each) => differenceCells(each, t))],
      options,
    ),
    '',
    t.compared(told, held.entries.length, differences.length, shown.length),
  ].join('\n');
}

/** Evidence for people: record, consignment, kind and index of the key, the other end. */
export function linksReport(owner: string, entries: LinksPage['entries'], options: ReportOptions): string {
  const t = words[options.language];
  const rows = entries.flatMap(({ id, consignmentId, joins, links }) => [
    ...joins.map(({ keyKind, index, overfull, recordIds }) => [
      id,
      consignmentId ?? '',
      `${keyKind} ${short(index)}`,
      overfull ? t.overfull : named(recordIds, t),
    ]),
    ...links.map(({ recordId, keyKind, indexes }) => [id, '', `${keyKind} ${indexes.map(short).join(' ')}`.trim(), recordId]),
  ]);
  const shown = rows.slice(0, options.last);
  return [
    ...section(t.links(owner), rows.length === 0 ? [] : [t.linkColumns, ...shown], options),
    '',
    t.evidence(entries.length, rows.length, shown.length),
  ].join('\n');
}

type Words = {
  readonly log: (owner: string) => string;
  readonly logColumns: readonly string[];
  readonly hit: string;
  readonly miss: string;
  readonly split: string;
  readonly nobody: string;
  readonly lines: (all: number, shown: number) => string;
  readonly holds: (last: number, chain: string) => string;
  readonly kept: (position: number) => string;
  readonly broken: Readonly<Record<Extract<LogCheck, { is: 'broken' }>['because'], (position: number) => string>>;
  readonly mine: (owner: string) => string;
  readonly mineColumns: readonly string[];
  readonly audiences: string;
  readonly feed: string;
  readonly applied: (seconds: number | null) => string;
  readonly further: (count: number) => string;
  readonly everybody: string;
  readonly none: string;
  readonly entries: (count: number) => string;
  readonly differences: string;
  readonly differenceColumns: readonly string[];
  readonly is: Readonly<Record<Difference['is'], string>>;
  readonly withdrawn: string;
  readonly compared: (told: number, held: number, differences: number, shown: number) => string;
  readonly links: (owner: string) => string;
  readonly linkColumns: readonly string[];
  readonly overfull: string;
  readonly evidence: (entries: number, all: number, shown: number) => string;
};

const words: Record<Language, Words> = {
  en: {
    log: (owner) => `Who looked up the entries of ${owner}`,
    logColumns: ['line', 'time (UTC)', 'who', 'purpose', 'asked', 'result', 'records'],
    hit: 'hit',
    miss: 'miss',
    split: 'fell apart',
    nobody: 'without a token',
    lines: (all, shown) => `${all} ${all === 1 ? 'line' : 'lines'}${shown < all ? `; shown: the last ${shown} (--last)` : ''}.`,
    holds: (last, chain) =>
      last === 0
        ? 'The log is empty, and so is its chain.'
        : `The chain holds from line 1 to ${last}: checked here, from the lines alone. Head ${short(chain)}.`,
    kept: (position) => ` It goes on behind line ${position} as it was kept.`,
    broken: {
      gap: (position) => `THE CHAIN IS BROKEN at line ${position}: a line is missing there, or out of its place.`,
      altered: (position) => `THE CHAIN IS BROKEN at line ${position}: it does not say what was sealed.`,
      head: (position) => `THE CHAIN IS BROKEN: line ${position}, the last, does not give the head the directory states.`,
      kept: (position) => `THE LOG WAS WRITTEN ANEW: what line ${position} was when its head was kept, it no longer is.`,
      'went-back': (position) => `THE LOG WENT BACK: it reached line ${position} when its head was kept.`,
    },
    mine: (owner) => `What the directory holds of ${owner}`,
    mineColumns: ['noun', 'entries', 'of them withdrawn'],
    audiences: 'Who may know of them, by whole parties',
    feed: 'Feed',
    applied: (seconds) => (seconds === null ? 'nothing of it has taken effect' : `last page took effect ${seconds} s ago`),
    further: (count) => `${count} further (a firm, a role)`,
    everybody: 'everybody',
    none: 'nobody',
    entries: (count) => `${count} ${count === 1 ? 'entry' : 'entries'}`,
    differences: 'Differences',
    differenceColumns: ['record', 'what', 'the owner tells', 'the directory holds'],
    is: {
      missing: 'is missing',
      'never-told': 'was never told',
      behind: 'is behind',
      ahead: 'is ahead',
      withdrawn: 'withdrawn at one of the two',
    },
    withdrawn: 'withdrawn',
    compared: (told, held, differences, shown) =>
      `Compared with the owner's feed: ${told} records told, ${held} held, ${differences === 0 ? 'no difference' : `${differences} differ`}${shown < differences ? `; shown: the first ${shown} (--last)` : ''}.`,
    links: (owner) => `By which evidence the records of ${owner} are linked`,
    linkColumns: ['record', 'consignment', 'key and its index', 'with'],
    overfull: 'joins nothing: too many records bear it',
    evidence: (entries, all, shown) =>
      `${entries} linked ${entries === 1 ? 'entry' : 'entries'}, ${all} ${all === 1 ? 'piece' : 'pieces'} of evidence${shown < all ? `; shown: ${shown} (--last, or a record id)` : ''}.`,
  },
  zh: {
    log: (owner) => `${owner} 的目录条目被谁查询`,
    logColumns: ['行', '时间 (UTC)', '查询方', '目的', '查询内容', '结果', '记录'],
    hit: '命中',
    miss: '未命中',
    split: '托运已拆分',
    nobody: '无令牌',
    lines: (all, shown) => `共 ${all} 行${shown < all ? `；显示最后 ${shown} 行（--last）` : ''}。`,
    holds: (last, chain) =>
      last === 0 ? '日志为空，链亦为空。' : `第 1 至 ${last} 行的链完整：在本机仅凭各行核对。链头 ${short(chain)}。`,
    kept: (position) => `与留存的第 ${position} 行链头相接。`,
    broken: {
      gap: (position) => `链在第 ${position} 行断裂：该处缺行或次序不对。`,
      altered: (position) => `链在第 ${position} 行断裂：内容与封存时不符。`,
      head: (position) => `链断裂：最后一行（第 ${position} 行）与目录声明的链头不符。`,
      kept: (position) => `日志已被改写：第 ${position} 行与留存的链头不符。`,
      'went-back': (position) => `日志已倒退：留存链头时曾到第 ${position} 行。`,
    },
    mine: (owner) => `目录所持 ${owner} 的条目`,
    mineColumns: ['记录种类', '条目数', '其中已撤回'],
    audiences: '谁可以知道这些条目（按整个参与方）',
    feed: '变更流',
    applied: (seconds) => (seconds === null ? '尚无一页生效' : `最近一页 ${seconds} 秒前生效`),
    further: (count) => `另有 ${count} 个（企业或角色）`,
    everybody: '所有人',
    none: '无人',
    entries: (count) => `${count} 条`,
    differences: '差异',
    differenceColumns: ['记录', '差异', '所属方告知', '目录所持'],
    is: { missing: '目录缺失', 'never-told': '从未告知', behind: '目录落后', ahead: '目录超前', withdrawn: '仅一方已撤回' },
    withdrawn: '已撤回',
    compared: (told, held, differences, shown) =>
      `与所属方变更流比对：告知 ${told} 条记录，目录所持 ${held} 条，${differences === 0 ? '无差异' : `${differences} 条不同`}${shown < differences ? `；显示前 ${shown} 条（--last）` : ''}。`,
    links: (owner) => `${owner} 的记录凭何关联`,
    linkColumns: ['记录', '托运', '键及其盲索引', '关联对象'],
    overfull: '不关联：持此键的记录过多',
    evidence: (entries, all, shown) =>
      `${entries} 个有关联的条目，${all} 项依据${shown < all ? `；显示 ${shown} 项（--last，或指定记录）` : ''}。`,
  },
};

function lineCells({ position, at, body }: Line, t: Words): string[] {
  const { operation, party, org, purpose, hit, asked, recordIds, consignmentId } = body;
  const ids = Array.isArray(recordIds) ? recordIds.map(String) : [];
  const when = `${at.slice(0, 10)} ${at.slice(11, 19)}`;
  if (operation === 'split') return [String(position), when, '', '', String(consignmentId), t.split, named(ids, t)];
  const who = party === null ? t.nobody : org === null ? String(party) : String(org);
  const what = [String(operation), spelled(asked)].filter((text) => text !== '').join(' ');
  return [String(position), when, who, String(purpose ?? ''), what, hit === true ? t.hit : t.miss, named(ids, t)];
}

/** What was asked for, as people read it: names and values, a blinded key by its kind and the beginning of its index; what was left open is left out. */
function spelled(asked: unknown): string {
  if (asked === null || asked === undefined || asked === false) return '';
  if (Array.isArray(asked)) return asked.map(spelled).join(' ');
  if (typeof asked !== 'object') return /^[0-9a-f]{64}$/.test(String(asked)) ? short(String(asked)) : String(asked);
  const members = new Map<string, unknown>(Object.entries(asked));
  if (members.has('kind') && members.has('index')) return `${spelled(members.get('kind'))} ${spelled(members.get('index'))}`;
  return [...members].flatMap(([name, value]) => (spelled(value) === '' ? [] : [`${name} ${spelled(value)}`])).join(', ');
}

function checkLine(check: LogCheck, t: Words): string {
  if (check.is === 'broken') return t.broken[check.because](check.position);
  return `${t.holds(check.head.position, check.head.chain)}${check.kept === null ? '' : t.kept(check.kept.position)}`;
}

function nounRows({ entries }: Held): string[][] {
  const nouns = new Map<string, { all: number; withdrawn: number }>();
  for (const { noun, withdrawn } of entries) {
    const count = nouns.get(noun) ?? { all: 0, withdrawn: 0 };
    nouns.set(noun, { all: count.all + 1, withdrawn: count.withdrawn + Number(withdrawn) });
  }
  return [...nouns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([noun, { all, withdrawn }]) => [noun, String(all), String(withdrawn)]);
}

function audienceRows({ entries, audiences }: Held, t: Words): string[][] {
  const groups = new Map<string, number>();
  for (const { audience } of entries) {
    const { members = 0, parties = [] } = audiences[audience] ?? {};
    const whole = [...new Set(parties.map(({ party }) => (party === 'PUBLIC' ? t.everybody : party)))].sort();
    const further = members - parties.length;
    const who = [...whole, ...(further > 0 ? [t.further(further)] : [])].join(', ');
    groups.set(who === '' ? t.none : who, (groups.get(who === '' ? t.none : who) ?? 0) + 1);
  }
  return [...groups].sort(([, a], [, b]) => b - a).map(([who, count]) => [who, t.entries(count)]);
}

function feedCells({ feed }: Held, t: Words): string[] {
  return [feed.state, t.applied(feed.secondsSinceApplied)];
}

function differenceCells({ id, is, told, held }: Difference, t: Words): string[] {
  const state = (known: Difference['told']): string =>
    known === null ? '' : `${known.revision}${known.withdrawn ? ` ${t.withdrawn}` : ''}`;
  return [id, t.is[is], state(told), state(held)];
}

function named(ids: readonly string[], t: Words): string {
  if (ids.length === 0) return '';
  const [first = '', second, ...more] = ids;
  return [first, ...(second === undefined ? [] : [more.length === 0 ? second : `+ ${t.entries(more.length + 1)}`])].join(' ');
}

function short(hash: string): string {
  return hash.slice(0, 12);
}

function section(title: string, rows: readonly (readonly string[])[], { width, colours }: ReportOptions): string[] {
  if (rows.length === 0) return [];
  return ['', colours ? `\u001b[1m${title}\u001b[22m` : title, ...table(rows, width)];
}
