import { painted, type Screen, widthOf, wrapped } from './screen.js';

const GAP = '  ';
/** Below this a text column says nothing any more. */
const LAST_MIN = 12;

export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

/** A table as lines: every column as wide as it must be, the last wrapped at the edge of the screen. Without rows, only what `empty` says. */
export function columns(
  screen: Screen,
  {
    titles,
    rows,
    empty,
  }: { readonly titles: readonly Column[]; readonly rows: readonly (readonly string[])[]; readonly empty: string },
): readonly string[] {
  if (rows.length === 0) return [empty];
  const widths = titles.map(({ title }, k) => Math.max(widthOf(title), ...rows.map((row) => widthOf(row[k] ?? ''))));
  const indent = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  const lastMax = Math.max(LAST_MIN, screen.columns - indent);
  const lines = (cells: readonly string[]) => {
    const before = titles.slice(0, -1).map(({ align }, k) => {
      const space = ' '.repeat(Math.max(0, (widths[k] ?? 0) - widthOf(cells[k] ?? '')));
      return `${align === 'right' ? space : ''}${cells[k] ?? ''}${align === 'right' ? '' : space}${GAP}`;
    });
    const last = wrapped(cells[titles.length - 1] ?? '', lastMax).map((part) =>
      titles.at(-1)?.align === 'right' ? part.padStart(widths.at(-1) ?? 0) : part,
    );
    return last.map((part, k) => `${k === 0 ? before.join('') : ' '.repeat(indent)}${part}`.trimEnd());
  };
  return [
    ...lines(titles.map(({ title }) => title)).map((line) => painted(screen, 'bold', line)),
    ...rows.flatMap(lines),
  ];
}
