import type { LocalizedText } from '@corridor/schemas';

/** `LocalizedText` of the SDL; null where there is no text in either language. */
export function localized(
  text: LocalizedText | { readonly zh: string | null; readonly en: string | null } | null | undefined,
): { zh: string | null; en: string | null } | null {
  const zh = text?.zh ?? null;
  const en = text?.en ?? null;
  return zh === null && en === null ? null : { zh, en };
}
