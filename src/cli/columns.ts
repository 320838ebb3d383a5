import { cut, painted, type Screen, widthOf } from './screen.js';

const GAP = '  ';
/** Below this a text column says nothing any more. */
const LAST_MIN = 12;

export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

/** A table as lines: every column as wide as it must be, the last cut at the edge of the screen. Without rows, only what `empty` says. */
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
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  const lastMax = Math.max(LAST_MIN, screen.columns - before);
  const line = (cells: readonly string[]) =>
    titles
      .map(({ align }, k) => {
        const isLast = k === titles.length - 1;
        const cell = isLast ? cut(cells[k] ?? '', lastMax) : (cells[k] ?? '');
        const space = ' '.repeat(Math.max(0, (widths[k] ?? 0) - widthOf(cell)));
        return align === 'right' ? `${space}${cell}` : isLast ? cell : `${cell}${space}`;
      })
      .join(GAP)
      .trimEnd();
  return [painted(screen, 'bold', line(titles.map(({ title }) => title))), ...rows.map(line)];
}
