import { availableParallelism, loadavg } from 'node:os';

/** One measured figure. `peer` is what the same machine does in the same run without us: the yardstick, or the physical limit. */
export interface Figure {
  readonly name: string;
  /** One number, or several of the same unit, such as quantiles. Medians over `repeats`, unless their names say otherwise. */
  readonly value: number | Readonly<Record<string, number>>;
  readonly unit: string;
  readonly peer?: { readonly name: string; readonly value: number | Readonly<Record<string, number>> };
  /** Ours over the peer's: the median over repeats of the ratio within each. */
  readonly ratio?: number;
  readonly aim?: string;
  readonly aimMet?: boolean;
  readonly repeats: number;
  readonly seed: number;
  /** What else one needs to know to read it: sizes, counts. */
  readonly scene?: Readonly<Record<string, number | string>>;
}

/** Prints the figure as one line of JSON, with the machine it was measured on. */
export function report(figure: Figure): void {
  const line = {
    ...figure,
    value: rounded(figure.value),
    ...(figure.peer === undefined ? {} : { peer: { ...figure.peer, value: rounded(figure.peer.value) } }),
    ...(figure.ratio === undefined ? {} : { ratio: round(figure.ratio) }),
    node: process.version,
    cores: availableParallelism(),
    // Above the number of cores, others were using the machine too.
    loadAverage: round(loadavg()[0] ?? 0),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function rounded(value: Figure['value']): Figure['value'] {
  if (typeof value === 'number') return round(value);
  return Object.fromEntries(Object.entries(value).map(([name, number]) => [name, round(number)]));
}

/** Three digits say all that a noisy machine can. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}
