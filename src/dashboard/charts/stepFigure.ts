// A chart of steps over time, as it is described: drawn by StepFigure.tsx, without a canvas, so that it prints and scales.

export interface StepLayer {
  readonly id: string;
  readonly label: string;
  /** fill: down to the foot. columns: the same with gaps. line, dashed: the edge alone. */
  readonly look: 'fill' | 'columns' | 'line' | 'dashed';
  /** A class of the style sheet that says its colour. */
  readonly tone: string;
  /** Of single steps, where they differ. */
  readonly tones?: readonly string[];
  /** One for each step; undefined: there is none. */
  readonly values: readonly (number | undefined)[];
}

export interface StepPicture {
  /** One more than there are steps. */
  readonly edgesMs: readonly number[];
  /** From the back to the front. */
  readonly layers: readonly StepLayer[];
  /** Steps that call for a look. */
  readonly hatched?: readonly boolean[];
  /** Straight across. */
  readonly lines?: readonly { readonly value: number; readonly label: string; readonly isDashed: boolean }[];
  readonly unit: string;
  readonly valueText: (value: number) => string;
  readonly spanText: (step: number) => string;
  /** More about a step, in words. */
  readonly noteText?: (step: number) => string | undefined;
  readonly ticks: readonly { readonly atMs: number; readonly label: string }[];
  readonly nowMs?: number;
  /** So many steps make an hour, or a week: what Page Up moves by. */
  readonly pageSteps: number;
}

export interface Scale {
  readonly least: number;
  readonly most: number;
  readonly steps: readonly number[];
}

const LINES = 4;
const ROUND = [1, 2, 2.5, 5, 10];

/** From 0, or from the lowest where that is below; up to a round number. */
export function scaleOf({ layers, lines = [] }: Pick<StepPicture, 'layers' | 'lines'>): Scale {
  const values = [...layers.flatMap((layer) => layer.values), ...lines.map(({ value }) => value)].filter(
    (value): value is number => value !== undefined && Number.isFinite(value),
  );
  const highest = values.reduce((most, value) => Math.max(most, value), 0);
  const lowest = values.reduce((least, value) => Math.min(least, value), 0);
  const span = highest - lowest || 1;
  const power = 10 ** Math.floor(Math.log10(span / LINES));
  const step = power * (ROUND.find((round) => round * power * LINES >= span) ?? 10);
  const least = Math.floor(lowest / step - 1e-9) * step || 0;
  const most = Math.max(step, Math.ceil(highest / step - 1e-9) * step);
  const count = Math.round((Math.min(lowest, 0) < 0 ? most - least : most) / step);
  const from = lowest < 0 ? least : 0;
  return { least: from, most, steps: Array.from({ length: count + 1 }, (_, at) => from + at * step) };
}

/** What a step says, to be read aloud or shown beside the pointer. */
export function readingOf(picture: StepPicture, step: number) {
  const rows = picture.layers.flatMap(({ id, label, values, tone, tones }) => {
    const value = values[step];
    return value === undefined ? [] : [{ id, label, tone: tones?.[step] ?? tone, value: picture.valueText(value) }];
  });
  const note = picture.noteText?.(step);
  const span = picture.spanText(step);
  const text = [span, ...rows.map(({ label, value }) => `${label} ${value}`), note].filter(Boolean).join(', ');
  return { span, rows, note, text };
}
