/**
 * What goes wrong at an owner, as the client may read it: a code of the table, the owner's name, where (`at`, with `@` for each list level) and
 * which records (`ids`). Never the owner's words, address or stack: its paths count as far as they follow the question. `path` is left out: the
 * engine numbers one owner's records, not the client's list.
 */
import { type ErrorCode, errors, errorText, isErrorCode, type Language } from '@corridor/schemas';
import type { Asked } from './asked.ts';
import { type Fault, pathAsked } from './check-answer.ts';
import { field } from './field.ts';

/** An error as the engine takes it from a data source. */
export type OwnerError = { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> };

/** Where in the client's request the owner was asked. */
export type Place = {
  readonly owner: string;
  /** Response path of the fetch, `@` for list levels; empty for a root field. */
  readonly at: readonly string[];
  /** Ids of the records asked for; empty for a root field. */
  readonly ids: readonly string[];
  readonly language: Language;
};

/** Errors read of one answer, and of those told, equal ones together. */
const maxRead = 2_000;
const maxTold = 100;

/** One error for a whole fetch: every record asked for is missing. */
export function fetchError(code: ErrorCode, place: Place): OwnerError {
  return error(code, place, place.at, place.ids);
}

/** Rewrites the errors inside an owner's answer; a code that no owner can answer with reads INTERNAL_SERVER_ERROR. Equal errors become one with several ids. */
export function rewriteErrors(received: unknown, place: Place, asked: Asked): OwnerError[] {
  if (!Array.isArray(received)) return [];
  const told = createGroups(place);
  for (const item of received.slice(0, maxRead) as unknown[]) {
    const extensions = field(item, 'extensions');
    const { at, entity } = pathAsked(asked, field(item, 'path'));
    const argument = field(extensions, 'argument');
    told.add(codeOf(field(extensions, 'code')), at, entity, isArgument(asked, argument) ? argument : undefined);
  }
  return told.errors();
}

/** One error for each place of an answer that does not fit the question, naming the records. */
export function faultErrors(faults: readonly Fault[], place: Place): OwnerError[] {
  const told = createGroups(place);
  for (const { at, entity } of faults) told.add('OWNER_UNREACHABLE', at, entity, undefined);
  return told.errors();
}

function createGroups(place: Place): {
  add(code: ErrorCode, rest: readonly string[], entity: number | undefined, argument: string | undefined): void;
  errors(): OwnerError[];
} {
  type Group = { code: ErrorCode; at: readonly string[]; argument: string | undefined; ids: Set<string> };
  const groups = new Map<string, Group>();
  return {
    add(code, rest, entity, argument) {
      const key = JSON.stringify([code, rest, argument]);
      const group = groups.get(key) ?? { code, at: [...place.at, ...rest], argument, ids: new Set<string>() };
      if (groups.size >= maxTold && !groups.has(key)) return;
      groups.set(key, group);
      for (const id of entity === undefined ? place.ids : place.ids.slice(entity, entity + 1)) group.ids.add(id);
    },
    errors: () => [...groups.values()].map(({ code, at, ids, argument }) => error(code, place, at, [...ids], argument)),
  };
}

function codeOf(claimed: unknown): ErrorCode {
  if (typeof claimed !== 'string' || !isErrorCode(claimed)) return 'INTERNAL_SERVER_ERROR';
  const { where } = errors[claimed];
  return where === 'answer' || where === 'request' ? claimed : 'INTERNAL_SERVER_ERROR';
}

/** Whether these are names of arguments of the schema (`filter.eventTypeCode`): nothing else of an owner's words is passed on. */
function isArgument(asked: Asked, text: unknown): text is string {
  return typeof text === 'string' && text.length <= 100 && text.split('.').every((name) => asked.contract.isArgument(name));
}

function error(code: ErrorCode, place: Place, at: readonly string[], ids: readonly string[], argument?: string): OwnerError {
  const words = errorText(code, place.language);
  return {
    message: argument === undefined ? words : `${words}${place.language === 'zh' ? '：' : ': '}${argument}`,
    extensions: {
      code,
      retryable: errors[code].retryable,
      owner: place.owner,
      ...(at.length > 0 && { at }),
      ...(ids.length > 0 && { ids: [...new Set(ids)] }),
    },
  };
}
