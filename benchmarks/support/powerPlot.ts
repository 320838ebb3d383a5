export interface Point {
  readonly size: number;
  readonly ms: number;
}

export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

/** Least squares between the logarithms: ms = factor * size ** exponent. */
export function powerFit(points: readonly Point[]): { readonly exponent: number; readonly factor: number } {
  const xs = points.map(({ size }) => Math.log(size));
  const ys = points.map(({ ms }) => Math.log(ms));
  const meanX = mean(xs);
  const meanY = mean(ys);
  const spread = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  const exponent = xs.reduce((sum, x, index) => sum + (x - meanX) * ((ys[index] ?? 0) - meanY), 0) / spread;
  return { exponent, factor: Math.exp(meanY - exponent * meanX) };
}

const SIZE = { width: 760, height: 460, left: 70, right: 30, top: 50, bottom: 90 };
/** Told apart by colour-blind readers, and by their marks in print. */
const COLOURS = ['#0072b2', '#d55e00', '#555555', '#009e73'];

/** An SVG with both axes logarithmic: a power is a straight line, drawn dashed beside what was measured. */
export function logLogPlot({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }): string {
  const points = lines.flatMap((line) => line.points);
  const x = axis(
    points.map(({ size }) => size),
    [SIZE.left, SIZE.width - SIZE.right],
  );
  const y = axis(
    points.map(({ ms }) => ms),
    [SIZE.height - SIZE.bottom, SIZE.top],
  );
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="white"/>`,
    `<text x="${SIZE.left}" y="24" font-size="14">${escaped(title)}</text>`,
    ...decadesOf(points.map(({ ms }) => ms)).flatMap((ms) => [
      `<line x1="${SIZE.left}" x2="${SIZE.width - SIZE.right}" y1="${y(ms)}" y2="${y(ms)}" stroke="#dddddd"/>`,
      `<text x="${SIZE.left - 8}" y="${y(ms) + 4}" text-anchor="end">${ms} ms</text>`,
    ]),
    ...[...new Set(points.map(({ size }) => size))].map(
      (size) => `<text x="${x(size)}" y="${SIZE.height - SIZE.bottom + 20}" text-anchor="middle">${size}</text>`,
    ),
    ...lines.flatMap((line, index) => drawn(line, { x, y, index })),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

type Axis = (value: number) => number;

function drawn(
  { name, points }: Line,
  { x, y, index }: { readonly x: Axis; readonly y: Axis; readonly index: number },
): readonly string[] {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return [];
  const colour = COLOURS[index % COLOURS.length] ?? 'black';
  const { exponent, factor } = powerFit(points);
  const fitted = (size: number) => y(factor * size ** exponent);
  const legendY = SIZE.height - SIZE.bottom + 42 + index * 16;
  const says = points.length > 1 ? `${name}: cars ^ ${exponent.toFixed(2)}` : name;
  return [
    `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(({ size, ms }) => `${x(size)},${y(ms)}`).join(' ')}"/>`,
    ...points.map(({ size, ms }) => `<circle cx="${x(size)}" cy="${y(ms)}" r="3.5" fill="${colour}"/>`),
    ...(points.length > 1
      ? [
          `<line x1="${x(first.size)}" y1="${fitted(first.size)}" x2="${x(last.size)}" y2="${fitted(last.size)}" stroke="${colour}" stroke-dasharray="4 4"/>`,
        ]
      : []),
    `<line x1="${SIZE.left}" x2="${SIZE.left + 24}" y1="${legendY - 4}" y2="${legendY - 4}" stroke="${colour}" stroke-width="2"/>`,
    `<text x="${SIZE.left + 32}" y="${legendY}">${escaped(says)}</text>`,
  ];
}

/** Where a value is drawn, to a tenth of a pixel. */
function axis(values: readonly number[], [from, to]: readonly [number, number]): Axis {
  const decades = decadesOf(values);
  const low = Math.log(Math.min(...values, decades[0] ?? 1));
  const high = Math.log(Math.max(...values));
  return (value) => Number((from + ((Math.log(value) - low) / (high - low)) * (to - from)).toFixed(1));
}

/** Powers of ten from below the least value on. */
function decadesOf(values: readonly number[]): readonly number[] {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.floor(Math.log10(Math.max(...values)));
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
