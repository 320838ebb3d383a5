import type { Picture } from '../model/picture.js';
import type { Speech } from '../model/speech.js';

/** What a chart says of one of its columns. */
export interface Reading {
  readonly span: string;
  /** From the top of the stack down; what is nothing is left out. */
  readonly parts: readonly {
    readonly id: string;
    readonly label: string;
    readonly colour: string;
    readonly value: string;
  }[];
  readonly sumLabel: string;
  readonly sum: string;
  readonly price: string | undefined;
  /** All of it, to be read aloud. */
  readonly text: string;
}

export function readingAt(picture: Picture, column: number, speech: Speech): Reading {
  const { say, numbers, clock } = speech;
  const { edgesMs, bands, limits, unit, phase, nowMs } = picture;
  const fromMs = edgesMs[column] ?? 0;
  const toMs = edgesMs[column + 1] ?? fromMs;
  const span = `${clock.when(fromMs, nowMs)}–${clock.time(toMs)}`;
  const parts = bands
    .map(({ id, label, colour, values }) => ({ id, label, colour, amount: values[column] ?? 0 }))
    .filter(({ amount }) => amount >= (unit === 'A' ? 0.5 : 0.05))
    .reverse()
    .map(({ amount, ...part }) => ({ ...part, value: amountText(picture, amount, speech) }));
  const total = bands.reduce((sum, { values }) => sum + (values[column] ?? 0), 0);
  const limit = limits?.[column];
  const sum =
    fromMs >= picture.plannedUntilMs
      ? say('plan.unknown')
      : limit === undefined
        ? amountText(picture, total, speech)
        : say('live.of', { x: numbers.amperes(total), y: numbers.amperes(limit) });
  const step = picture.prices?.steps.find(({ startMs, endMs }) => startMs <= fromMs && fromMs < endMs);
  const price =
    step === undefined || picture.prices === undefined
      ? undefined
      : numbers.price(step.pricePerKwh, picture.prices.currency);
  const sumLabel = phase ?? say('plan.sum');
  const spoken = [span, `${sumLabel} ${sum}`, ...parts.map(({ label, value }) => `${label} ${value}`), price ?? ''];
  return { span, parts, sumLabel, sum, price, text: spoken.filter((text) => text !== '').join(', ') };
}

export function amountText(
  { unit }: Picture,
  value: number,
  { numbers }: Speech,
  how: 'bare' | 'unit' = 'unit',
): string {
  if (unit === 'A') return how === 'bare' ? numbers.short(value) : `${numbers.amperes(value)}\u00a0A`;
  return how === 'bare' ? numbers.short(value) : numbers.kilowatts(value);
}
