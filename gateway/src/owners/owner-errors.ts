/**
 * What goes wrong at an owner, as the client may read it: a code of the table, the owner's name, where (`at`, with `@` for each list level) and
 * which records (`ids`). Never the owner's words, address or stack. `path` is left out: the engine numbers one owner's records, not the client's list.
 */
import { type ErrorCode, errors, errorText, isErrorCode, type Language } from '@corridor/schemas';

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

/** One error for a whole fetch: every record asked for is missing. */
export function fetchError(code: ErrorCode, place: Place): OwnerError {
  return error(code, place, place.at, place.ids);
}

/** Rewrites the errors inside an owner's answer; a code outside the table reads INTERNAL_SERVER_ERROR. */
export function rewriteErrors(received: unknown, place: Place): OwnerError[] {
  if (!Array.isArray(received)) return [];
  return received.map((item: unknown) => {
    const extensions = field(item, 'extensions');
    const claimed = field(extensions, 'code');
    const code = typeof claimed === 'string' && isErrorCode(claimed) ? claimed : 'INTERNAL_SERVER_ERROR';
    const path = field(item, 'path');
    const segments = Array.isArray(path) ? path : [];
    const entity = segments[0] === '_entities' && typeof segments[1] === 'number' ? segments[1] : undefined;
    const rest = (entity === undefined ? segments : segments.slice(2)).map((segment) =>
      typeof segment === 'number' ? '@' : String(segment),
    );
    const ids = entity === undefined ? place.ids : place.ids.slice(entity, entity + 1);
    const argument = field(extensions, 'argument');
    return error(
      code,
      place,
      [...place.at, ...rest],
      ids,
      typeof argument === 'string' && /^[\w.]{1,60}$/.test(argument) ? argument : undefined,
    );
  });
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

/** A property of something that came over the wire, or `undefined`. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
