/** One element of DER (X.690), as certificates and revocation lists are written in. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** With its tag and length. */
  readonly whole: Buffer;
}

export const DER = { integer: 0x02, utcTime: 0x17, generalizedTime: 0x18, sequence: 0x30 } as const;

const LENGTH_BYTES_MAX = 4;

/** The elements that lie next to each other in these bytes. Throws RangeError where they do not add up. */
export function derElements(bytes: Buffer): readonly DerElement[] {
  const elements: DerElement[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes.readUInt8(at);
    const { length, contentAt } = lengthAt(bytes, at + 1);
    const end = contentAt + length;
    if (end > bytes.length) throw new RangeError('an element ends beyond its surroundings');
    elements.push({ tag, content: bytes.subarray(contentAt, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return elements;
}

/** The first element, which must be a sequence, opened. */
export function derSequence(bytes: Buffer): readonly DerElement[] {
  const [first] = derElements(bytes);
  if (first?.tag !== DER.sequence) throw new RangeError('a sequence is missing');
  return derElements(first.content);
}

export function derTimeMs({ tag, content }: DerElement): number {
  const text = content.toString('latin1');
  const digits = tag === DER.utcTime ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits)?.map(Number) ?? [];
  if (year === undefined || month === undefined) throw new RangeError('not a time');
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function lengthAt(bytes: Buffer, at: number): { readonly length: number; readonly contentAt: number } {
  const first = bytes.readUInt8(at);
  if (first < 0x80) return { length: first, contentAt: at + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > LENGTH_BYTES_MAX) throw new RangeError('a length that is not possible in DER');
  return { length: bytes.readUIntBE(at + 1, count), contentAt: at + 1 + count };
}
