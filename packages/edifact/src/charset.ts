/** Character sets read here, by their IANA names. */
export type Charset = 'US-ASCII' | 'ISO-8859-1' | 'ISO-8859-5' | 'UTF-8' | 'GB18030';

/** Syntax identifier (UNB S001 0001) → character set, ISO 9735-1 §5. UNOY is ISO 10646; what is sent under it is UTF-8. */
const bySyntaxIdentifier: ReadonlyMap<string, Charset> = new Map([
  ['UNOA', 'US-ASCII'],
  ['UNOB', 'US-ASCII'],
  ['UNOC', 'ISO-8859-1'],
  ['UNOE', 'ISO-8859-5'],
  ['UNOW', 'UTF-8'],
  ['UNOY', 'UTF-8'],
]);

const byName: ReadonlyMap<string, Charset> = new Map([
  ['USASCII', 'US-ASCII'],
  ['ASCII', 'US-ASCII'],
  ['ISO88591', 'ISO-8859-1'],
  ['LATIN1', 'ISO-8859-1'],
  ['ISO88595', 'ISO-8859-5'],
  ['UTF8', 'UTF-8'],
  // GB 18030 contains both older sets: what a sender calls GBK or GB2312 reads the same
  ['GB18030', 'GB18030'],
  ['GBK', 'GB18030'],
  ['GB2312', 'GB18030'],
]);

/** The character set a syntax identifier stands for, or undefined. */
export function charsetOfSyntax(identifier: string): Charset | undefined {
  return bySyntaxIdentifier.get(identifier.toUpperCase());
}

/** The character set of a character encoding (UNB S001 0133: 7 is UTF-8, 1 the seven-bit code; also a set's name, by agreement), or undefined. */
export function charsetOfEncoding(encoding: string): Charset | undefined {
  if (encoding === '1') return 'US-ASCII';
  return encoding === '7' ? 'UTF-8' : charsetNamed(encoding);
}

/** The character set of a partner profile, whichever way it is spelt, or undefined. */
export function charsetNamed(name: string): Charset | undefined {
  return byName.get(name.toUpperCase().replace(/[^A-Z0-9]/g, ''));
}

/** Text of bytes above 0x7F, and what was wrong with them. */
export type Decoded = {
  readonly text: string;
  /** The bytes contradict the declared set: read as UTF-8 where they are, else byte by byte. */
  readonly mismatch: boolean;
  /** UTF-8 with surrogates coded one by one (CESU-8), which no text holds: each became U+FFFD. */
  readonly surrogates: boolean;
};

/**
 * Decodes bytes, given one per UTF-16 unit (as `Buffer.toString('latin1')` gives them; `TextDecoder('latin1')` is windows-1252), by the
 * declared set. Bytes that contradict it are UTF-8 if they are valid UTF-8, else Latin-1; a single-byte set keeps its own letters.
 */
export function decode(bytes: string, charset: Charset): Decoded {
  switch (charset) {
    case 'UTF-8':
      return utf8(bytes, false) ?? latin1(bytes);
    case 'US-ASCII':
      return utf8(bytes, true) ?? latin1(bytes);
    case 'ISO-8859-1': {
      // Valid UTF-8 in Latin-1 reads "Ã" before a sign: no language writes that, so the declaration is untrue.
      const asUtf8 = utf8(bytes, true);
      return asUtf8 ?? { text: bytes, mismatch: c1Control.test(bytes), surrogates: false };
    }
    case 'ISO-8859-5': {
      // Cyrillic capitals can be valid UTF-8 by chance; control bytes cannot be Cyrillic.
      const contradicts = c1Control.test(bytes);
      const asUtf8 = contradicts ? utf8(bytes, true) : undefined;
      return asUtf8 ?? { text: strictly(iso8859Part5, bytes) ?? bytes, mismatch: contradicts, surrogates: false };
    }
    case 'GB18030': {
      const text = strictly(gb18030, bytes);
      return text === undefined ? (utf8(bytes, true) ?? latin1(bytes)) : { text, mismatch: false, surrogates: false };
    }
  }
}

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const iso8859Part5 = new TextDecoder('iso-8859-5', { fatal: true });
const gb18030 = new TextDecoder('gb18030', { fatal: true });
const c1Control = /[\x80-\x9f]/;
const surrogateBytes = /\xed[\xa0-\xbf][\x80-\xbf]/g;

function utf8(bytes: string, mismatch: boolean): Decoded | undefined {
  const text = strictly(utf8Decoder, bytes);
  if (text !== undefined) return { text, mismatch, surrogates: false };
  const mended = bytes.replace(surrogateBytes, '\xef\xbf\xbd');
  const mendedText = mended === bytes ? undefined : strictly(utf8Decoder, mended);
  return mendedText === undefined ? undefined : { text: mendedText, mismatch, surrogates: true };
}

function latin1(bytes: string): Decoded {
  return { text: bytes, mismatch: true, surrogates: false };
}

function strictly(decoder: InstanceType<typeof TextDecoder>, bytes: string): string | undefined {
  try {
    return decoder.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}
