/** Why a text is no JSON document, or none that is taken. */
export interface Flaw {
  readonly reason: string;
  readonly fix: string;
  /** In the text. */
  readonly offset?: number;
}

/** No tariff has more than a dozen levels. */
const DEPTH_MAX = 64;

/** What may stand next. 'first …': or the end of the list or object. */
type Expected = 'value' | 'first value' | 'member' | 'first member' | 'colon' | 'comma';

interface Token {
  readonly kind: '{' | '}' | '[' | ']' | ',' | ':' | 'text' | 'word' | 'end' | 'none';
  readonly end: number;
}

/**
 * The first place where a text stops being JSON (RFC 8259), or has a member twice, or is nested too deep; undefined where all is well.
 * JSON.parse has no word for the place that all engines share, and takes the last of two members in silence.
 */
export function flawIn(text: string): Flaw | undefined {
  // The names that each open object has so far; of a list none.
  const open: (Set<string> | 'list')[] = [];
  let expected: Expected = 'value';
  for (let at = afterSpace(text, 0); ; ) {
    const token = tokenAt(text, at);
    if (token.kind === 'end' && expected === 'comma' && open.length === 0) return undefined;
    const inside = open.at(-1);
    const next = follow(token, expected, inside);
    if (next === undefined) return wrongToken(token, at);
    if (token.kind === 'text' && next === 'colon' && inside instanceof Set) {
      const written = text.slice(at + 1, token.end - 1);
      const name: string = written.includes('\\') ? JSON.parse(`"${written}"`) : written;
      if (inside.has(name)) return twice(name, at);
      inside.add(name);
    }
    if (token.kind === '{') open.push(new Set());
    if (token.kind === '[') open.push('list');
    if (token.kind === '}' || token.kind === ']') open.pop();
    if (open.length > DEPTH_MAX) return tooDeep(at);
    expected = next;
    at = afterSpace(text, token.end);
  }
}

/** What may stand after a token; undefined where it may not stand itself. */
function follow(token: Token, expected: Expected, inside: Set<string> | 'list' | undefined): Expected | undefined {
  switch (expected) {
    case 'value':
    case 'first value':
      if (token.kind === '{') return 'first member';
      if (token.kind === '[') return 'first value';
      if (token.kind === 'text' || token.kind === 'word') return 'comma';
      return token.kind === ']' && expected === 'first value' ? 'comma' : undefined;
    case 'member':
    case 'first member':
      if (token.kind === 'text') return 'colon';
      return token.kind === '}' && expected === 'first member' ? 'comma' : undefined;
    case 'colon':
      return token.kind === ':' ? 'value' : undefined;
    case 'comma':
      if (inside === undefined) return undefined;
      if (token.kind === ',') return inside === 'list' ? 'value' : 'member';
      return token.kind === (inside === 'list' ? ']' : '}') ? 'comma' : undefined;
  }
}

function tokenAt(text: string, at: number): Token {
  const sign = text[at];
  switch (sign) {
    case undefined:
      return { kind: 'end', end: at };
    case '{':
    case '}':
    case '[':
    case ']':
    case ',':
    case ':':
      return { kind: sign, end: at + 1 };
    case '"': {
      const end = afterText(text, at + 1);
      return end === undefined ? { kind: 'none', end: at } : { kind: 'text', end };
    }
    default: {
      const end = afterWord(text, at);
      const isWord = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/.test(text.slice(at, end));
      return isWord ? { kind: 'word', end } : { kind: 'none', end: at };
    }
  }
}

/** The end of what may be a number or one of true, false and null: its letters, digits and signs. */
function afterWord(text: string, from: number): number {
  let at = from;
  for (; at - from < WORD_MAX; at++) {
    const code = text.charCodeAt(at);
    const isPart = (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x7a) || WORD_SIGNS.includes(code);
    if (!isPart) return at;
  }
  return at;
}

/** No number that means anything has more digits. */
const WORD_MAX = 1000;
/** - + . E */
const WORD_SIGNS: readonly number[] = [0x2d, 0x2b, 0x2e, 0x45];

/** The end of a string whose opening quotation mark is before `from`; undefined where it has none, or says what no string may. */
function afterText(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTATION_MARK) return at + 1;
    if (code < 0x20) return undefined;
    if (code !== BACKSLASH) continue;
    if (!/^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(text.slice(at + 1, at + 6))) return undefined;
    // Of "\u0041" the digits are read as letters, which they are.
    at += 1;
  }
  return undefined;
}

const QUOTATION_MARK = 0x22;
const BACKSLASH = 0x5c;

function afterSpace(text: string, from: number): number {
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
  }
}

function wrongToken(token: Token, offset: number): Flaw {
  return token.kind === 'end'
    ? { reason: 'The JSON ends too early.', fix: 'Upload the whole document.', offset }
    : { reason: 'This is no JSON from here on.', fix: WRITTEN_BY_HAND, offset };
}

const WRITTEN_BY_HAND =
  'Texts and names need double quotation marks; there is no comma after the last of a list, no comment, no NaN and no leading zero.';

function twice(name: string, offset: number): Flaw {
  return {
    reason: `The member "${name.slice(0, 80)}" stands twice in one object.`,
    fix: 'Leave one of them out.',
    offset,
  };
}

function tooDeep(offset: number): Flaw {
  return {
    reason: `It is nested more than ${DEPTH_MAX} levels deep.`,
    fix: 'Upload a tariff: none is that deep.',
    offset,
  };
}
