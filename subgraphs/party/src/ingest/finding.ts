import { type CodeFinding, type ErrorCode, errorText, type Language } from '@corridor/schemas';

/** What was seen in a message, before it is put into words. An error stops its message; a warning or an info stops nothing. */
export type IngestFinding = {
  readonly code: ErrorCode;
  readonly severity: 'error' | 'warning' | 'info';
  /** EDIFACT: counts from 1 in the interchange. */
  readonly segment?: number;
  readonly tag?: string;
  /** EDIFACT: counts from 1 behind the tag. */
  readonly element?: number;
  /** JSON: `legs.0.from.UNLocationCode`; empty for the whole message. */
  readonly path?: string;
  readonly value?: string;
  /** English; shown behind the words of the table. */
  readonly detail?: string;
};

/** A finding as the door answers it. */
export type AnsweredFinding = Omit<IngestFinding, 'detail'> & { readonly message: string };

/** The finding in one language, its value cut to 35 characters. */
export function answerOf({ detail, value, code, severity, ...where }: IngestFinding, language: Language): AnsweredFinding {
  const words = errorText(code, language);
  return {
    code,
    severity,
    message: detail === undefined ? words : `${words}${language === 'zh' ? '：' : ': '}${detail}`,
    ...where,
    ...(value === undefined ? {} : { value: shortened(value) }),
  };
}

/** Whether one of the findings stops the message. */
export function stops(findings: readonly IngestFinding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

/** Findings of a code at their place in the message. */
export function located(
  findings: readonly CodeFinding[],
  where: Pick<IngestFinding, 'segment' | 'tag' | 'element' | 'path'>,
): IngestFinding[] {
  return findings.map((finding) => ({ ...finding, ...where }));
}

// Half a surrogate pair could not be stored.
function shortened(value: string): string {
  return value.length <= 35 ? value : value.slice(0, 35).replace(/[\ud800-\udbff]$/u, '');
}
