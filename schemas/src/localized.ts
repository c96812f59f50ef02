/** A text in Chinese and English; at least one of the two is present. */
export type LocalizedText = { readonly zh?: string; readonly en?: string };

/** The languages the product speaks. */
export type Language = 'zh' | 'en';

/** The language an `Accept-Language` value asks for: `zh` when it comes first or alone, else `en`. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const ranked = (acceptLanguage ?? '')
    .split(',')
    .map((part, index) => {
      const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find((q) => q !== undefined);
      return { range, quality: quality === undefined ? 1 : Number(quality), index };
    })
    .filter(({ quality, range }) => quality > 0 && /^(zh|en)\b/.test(range))
    .sort((a, b) => b.quality - a.quality || a.index - b.index);
  return ranked[0]?.range.startsWith('zh') ? 'zh' : 'en';
}
