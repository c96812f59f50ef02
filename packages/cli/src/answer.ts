/** An answer of the graph as `ask` reads it; whatever else it holds is left to `--raw`. */
export type Answer = {
  /** Absent: refused as a whole. */
  readonly data: unknown;
  readonly errors: readonly AnswerError[];
  readonly masked: readonly MaskedField[];
  readonly owners: readonly OwnerReport[];
};

/** One error: its code, whose it is, and where it struck. */
export type AnswerError = {
  readonly message: string;
  readonly code: string;
  readonly owner: string | undefined;
  readonly at: readonly string[];
  readonly records: number;
  readonly correlationId: string | undefined;
};

/** A field that a rule keeps from this reader on some records, or shows coarsened; it says nothing on whether a value exists. */
export type MaskedField = {
  readonly owner: string;
  readonly rule: string;
  readonly at: readonly string[];
  readonly records: number;
  readonly coarse: boolean;
};

/** How an owner that was asked did. */
export type OwnerReport = { readonly owner: string; readonly state: string; readonly ms: number | undefined };

/** Reads an answer; `undefined` when the text is none. */
export function readAnswer(text: string): Answer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const data = member(value, 'data');
  const errors = list(member(value, 'errors'));
  if (data === undefined && errors.length === 0) return undefined;
  const extensions = member(value, 'extensions');
  return {
    data: data ?? undefined,
    errors: errors.map(errorOf),
    masked: list(member(extensions, 'masked')).map((note) => ({
      owner: textOf(member(note, 'owner')) ?? '?',
      rule: textOf(member(note, 'rule')) ?? '?',
      at: list(member(note, 'at')).map(String),
      records: list(member(note, 'ids')).length,
      coarse: member(note, 'coarse') === true,
    })),
    owners: list(member(extensions, 'owners')).map((report) => {
      const ms = member(report, 'ms');
      return {
        owner: textOf(member(report, 'owner')) ?? '?',
        state: textOf(member(report, 'state')) ?? '?',
        ms: typeof ms === 'number' ? ms : undefined,
      };
    }),
  };
}

function errorOf(error: unknown): AnswerError {
  const extensions = member(error, 'extensions');
  const at = list(member(extensions, 'at'));
  return {
    message: textOf(member(error, 'message')) ?? '',
    code: textOf(member(extensions, 'code')) ?? '?',
    owner: textOf(member(extensions, 'owner')),
    at: (at.length > 0 ? at : list(member(error, 'path'))).map(String),
    records: list(member(extensions, 'ids')).length,
    correlationId: textOf(member(extensions, 'correlationId')),
  };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
