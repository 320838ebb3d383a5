const COLUMNS_DEFAULT = 100;
const COLUMNS_MIN = 40;

/** What is drawn on: how wide it is, and whether it shows colours. */
export interface Screen {
  readonly columns: number;
  readonly color: boolean;
}

/** Colours only in a terminal whose owner does not mind (https://no-color.org). */
export function screenOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: Readonly<Record<string, string | undefined>>,
): Screen {
  const isPlain = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb';
  const columns = stream.columns ?? (Number(environment.COLUMNS) || COLUMNS_DEFAULT);
  return { columns: Math.max(COLUMNS_MIN, Math.floor(columns)), color: stream.isTTY === true && !isPlain };
}

const CODES = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', cyan: '36' } as const;
export type Paint = keyof typeof CODES;

export function painted(screen: Screen, paint: Paint, words: string): string {
  return screen.color && words !== '' ? `\x1b[${CODES[paint]}m${words}\x1b[0m` : words;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WIDE =
  /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|[\uff01-\uff60]/u;

/** Columns that a terminal takes for it, without colours in it. */
export function widthOf(words: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(words)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** Cut to so many columns, with an ellipsis where something is missing. */
export function cut(words: string, columns: number): string {
  if (widthOf(words) <= columns) return words;
  let kept = '';
  let width = 1;
  for (const { segment } of segmenter.segment(words)) {
    width += WIDE.test(segment) ? 2 : 1;
    if (width > columns) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** In lines of at most so many columns, broken between words where that is possible. At least one line. */
export function wrapped(words: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = piecesOf(word, columns);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, line];
}

function piecesOf(word: string, columns: number): readonly string[] {
  const pieces = [''];
  for (const { segment } of segmenter.segment(word)) {
    const last = pieces.length - 1;
    if (widthOf(`${pieces[last]}${segment}`) <= columns) pieces[last] += segment;
    else pieces.push(segment);
  }
  return pieces;
}
