/** No OCPP message of any version nests deeper than about a dozen levels. */
export const JSON_DEPTH_MAX = 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * What JSON.parse lets pass and a careful peer would not send: nesting without end, keys given twice (of which parsers choose
 * differently), and `__proto__`. Undefined when there is none of it. `text` must be valid JSON and `parsed` its value.
 *
 * One pass over the text counts keys, which are the colons outside strings; when the parsed value has fewer, one was given twice.
 */
export function flawOfJson(text: string, parsed: unknown): string | undefined {
  let depth = 0;
  let keys = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      i = endOfString(text, i);
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth++;
      if (depth > JSON_DEPTH_MAX) return `The message is nested deeper than ${JSON_DEPTH_MAX} levels.`;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth--;
    } else if (code === COLON) {
      keys++;
    }
  }
  const counted = countKeys(parsed);
  if (counted === 'forbidden') return 'The key "__proto__" is not allowed.';
  return counted === keys ? undefined : 'A key is given twice in one object.';
}

/** The index of the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

/** Recursion is bounded: the depth was checked before. */
function countKeys(value: unknown): number | 'forbidden' {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const member of value) {
      if (typeof member !== 'object' || member === null) continue;
      const inner = countKeys(member);
      if (inner === 'forbidden') return inner;
      keys += inner;
    }
    return keys;
  }
  const members = value as Readonly<Record<string, unknown>>;
  // for..in walks own keys only here: what JSON.parse makes inherits nothing enumerable.
  for (const key in members) {
    if (key === '__proto__') return 'forbidden';
    keys++;
    const member = members[key];
    if (typeof member !== 'object' || member === null) continue;
    const inner = countKeys(member);
    if (inner === 'forbidden') return inner;
    keys += inner;
  }
  return keys;
}
