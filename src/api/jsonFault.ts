/** What may come next. 'firstValue' and 'firstKey' may also be the end of what was just opened. */
type Expected = 'value' | 'firstValue' | 'firstKey' | 'key' | 'colon' | 'next';

const WHITESPACE = /[ \t\n\r]*/y;
// One character an iteration: a repeated repetition would take exponential time on a string that is not closed.
const TOKEN =
  /[{}[\],:]|"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;

/**
 * Offset of the first token at which a text stops being JSON (RFC 8259); its length when it only breaks off; undefined when it
 * is JSON. The engine's own message has no position for most faults, and quotes the text instead.
 */
export function findJsonFault(text: string): number | undefined {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    at += matchAt(WHITESPACE, text, at)?.length ?? 0;
    if (at >= text.length) return expected === 'next' && open.length === 0 ? undefined : at;
    const token = matchAt(TOKEN, text, at);
    const next: Expected | undefined = token === undefined ? undefined : step(expected, token, open);
    if (token === undefined || next === undefined) return at;
    expected = next;
    at += token.length;
  }
}

/** The state after a token, or undefined where the token may not stand. Keeps `open` up to date. */
function step(expected: Expected, token: string, open: ('{' | '[')[]): Expected | undefined {
  const inside = open.at(-1);
  switch (expected) {
    case 'colon':
      return token === ':' ? 'value' : undefined;
    case 'key':
    case 'firstKey':
      if (token.startsWith('"')) return 'colon';
      return expected === 'firstKey' && token === '}' ? closed(open) : undefined;
    case 'next':
      if (inside === undefined) return undefined;
      if (token === ',') return inside === '{' ? 'key' : 'value';
      return token === (inside === '{' ? '}' : ']') ? closed(open) : undefined;
    default:
      if (token === '{' || token === '[') {
        open.push(token);
        return token === '{' ? 'firstKey' : 'firstValue';
      }
      if (token === ']') return expected === 'firstValue' ? closed(open) : undefined;
      return token === '}' || token === ',' || token === ':' ? undefined : 'next';
  }
}

function closed(open: ('{' | '[')[]): Expected {
  open.pop();
  return 'next';
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
