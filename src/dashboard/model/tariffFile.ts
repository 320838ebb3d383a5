import type { TariffDocument, Upload } from '../api/tariffDocuments.js';
import type { StepPicture } from '../charts/stepFigure.js';
import type { ViewSpeech } from '../words/views/viewSpeech.js';
import { hourTicks } from './composite.js';
import { priceUnit } from './numbers.js';

// What a file of prices is, and what is in it.

export type FileKind = Pick<Upload, 'type' | 'format'>;

/** By what is in it, not by its name alone: files from a mailbox have any name. Undefined: it is nothing that we read. */
export function fileKind(name: string, text: string): FileKind | undefined {
  const begins = text.trimStart().slice(0, 1);
  if (begins === '{' || begins === '[') return jsonKind(text);
  if (begins === '<') return { type: 'application/xml', format: 'entsoe' };
  const lines = text.trim().split(/\r?\n/);
  const isTable = lines.length > 1 && /[;,\t]/.test(lines[0] ?? '');
  // A spreadsheet's own format, a picture: such bytes are in no text.
  const isText = !text.includes('\u0000') && !text.includes('\ufffd');
  const isOther = /\.(xlsx?|ods|pdf|docx?|zip|png|jpe?g)$/i.test(name);
  return isTable && isText && !isOther ? { type: 'text/csv', format: 'csv' } : undefined;
}

function jsonKind(text: string): FileKind {
  const type = 'application/json';
  try {
    const document: unknown = JSON.parse(text);
    const one: unknown = Array.isArray(document) ? document[0] : document;
    if (typeof one === 'object' && one !== null && !('components' in one)) {
      if ('elements' in one || 'party_id' in one) return { type, format: 'ocpi' };
      if ('intervals' in one || 'programID' in one) return { type, format: 'openadr3' };
    }
  } catch {
    // The reader of tariffs says what is wrong with it, and where.
  }
  return { type, format: 'evenkeel' };
}

/** What people would call it. */
export function extensionOf(name: string): string {
  return /\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1]?.toUpperCase() ?? '?';
}

export interface PriceStretch {
  readonly startMs: number;
  readonly endMs: number;
  readonly pricePerKwh: number;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** Every published price of a tariff, one after the other. */
export function stretchesOf({ components }: Pick<TariffDocument, 'components'>): readonly PriceStretch[] {
  const all = components.flatMap(({ kind, prices = [], intervals = [] }) => {
    if (kind !== 'priceSeries') return [];
    const runs = prices.flatMap(({ start, resolution, pricesPerKwh }) => {
      const stepMs = minutesOf(resolution) * MINUTE_MS;
      return pricesPerKwh.map((pricePerKwh, place) => ({
        startMs: Date.parse(start) + place * stepMs,
        endMs: Date.parse(start) + (place + 1) * stepMs,
        pricePerKwh,
      }));
    });
    const single = intervals.map(({ start, end, pricePerKwh }) => ({
      startMs: Date.parse(start),
      endMs: Date.parse(end),
      pricePerKwh,
    }));
    return [...runs, ...single];
  });
  return all.sort((a, b) => a.startMs - b.startMs);
}

function minutesOf(resolution: string): number {
  const [, days = '0', hours = '0', minutes = '0'] =
    /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(resolution) ?? [];
  return Number(days) * DAY_MINUTES + Number(hours) * 60 + Number(minutes) || 60;
}

const UNUSUAL_TIMES = 8;

/** Prices that are so many times the usual one that their unit may be wrong; `row` counts from 1, without a header. */
export function unusualPrices(
  stretches: readonly PriceStretch[],
): readonly { readonly row: number; readonly times: number }[] {
  const sizes = stretches.map(({ pricePerKwh }) => Math.abs(pricePerKwh)).sort((a, b) => a - b);
  const usual = sizes[Math.floor(sizes.length / 2)] ?? 0;
  if (usual === 0) return [];
  return stretches.flatMap(({ pricePerKwh }, place) => {
    const times = Math.abs(pricePerKwh) / usual;
    return times >= UNUSUAL_TIMES ? [{ row: place + 1, times: Math.round(times) }] : [];
  });
}

/** Times between prices of which nothing is said. */
export function gapsIn(stretches: readonly PriceStretch[]): readonly PriceStretch[] {
  return stretches.slice(1).flatMap((next, place) => {
    const before = stretches[place];
    return before !== undefined && next.startMs > before.endMs
      ? [{ startMs: before.endMs, endMs: next.startMs, pricePerKwh: 0 }]
      : [];
  });
}

/** More can not be told apart on a screen. */
const STEPS_SHOWN = 700;

/** The new prices, and dashed those that they replace. */
export function pricePicture(
  fresh: readonly PriceStretch[],
  old: readonly PriceStretch[],
  { currency, nowMs, speech }: { readonly currency: string; readonly nowMs: number; readonly speech: ViewSpeech },
): StepPicture {
  const { say, numbers, clock } = speech;
  const { factor, name } = priceUnit(currency);
  const shown = fresh.slice(0, STEPS_SHOWN);
  const edgesMs = [...new Set(shown.flatMap(({ startMs, endMs }) => [startMs, endMs]))].sort((a, b) => a - b);
  const at = (all: readonly PriceStretch[], atMs: number) =>
    all.find(({ startMs, endMs }) => startMs <= atMs && atMs < endMs)?.pricePerKwh;
  const scaled = (value: number | undefined) => (value === undefined ? undefined : value * factor);
  const steps = edgesMs.slice(0, -1);
  const ranked = shown.map(({ pricePerKwh }) => pricePerKwh).sort((a, b) => a - b);
  const fifth = (value: number | undefined) =>
    value === undefined ? 'p3' : `p${1 + Math.min(4, Math.floor((5 * ranked.indexOf(value)) / ranked.length))}`;
  const before = steps.map((atMs) => scaled(at(old, atMs)));
  const [fromMs = 0, toMs = 1] = [edgesMs[0], edgesMs.at(-1)];
  const hours = (toMs - fromMs) / 3_600_000;
  return {
    edgesMs,
    layers: [
      {
        id: 'new',
        label: say('tariffs.newPrices'),
        look: 'fill',
        tone: 'price',
        tones: steps.map((atMs) => fifth(at(shown, atMs))),
        values: steps.map((atMs) => scaled(at(shown, atMs))),
      },
      ...(before.some((value) => value !== undefined)
        ? [{ id: 'old', label: say('tariffs.oldPrices'), look: 'dashed' as const, tone: 'ink', values: before }]
        : []),
    ],
    unit: `${name}/kWh`,
    valueText: (value) => numbers.short(value),
    spanText: (step) => `${clock.when(edgesMs[step] ?? 0, nowMs)}–${clock.time(edgesMs[step + 1] ?? 0)}`,
    ticks: hours > 72 ? dayTicks(fromMs, toMs, clock) : hourTicks(fromMs, toMs, hours > 30 ? 6 : 3, clock),
    pageSteps: 4,
  };
}

function dayTicks(fromMs: number, toMs: number, clock: ViewSpeech['clock']): StepPicture['ticks'] {
  const days = hourTicks(fromMs, toMs, 24, clock);
  const every = Math.ceil(days.length / 10);
  return days
    .filter((_, place) => place % every === 0)
    .map(({ atMs }) => ({ atMs, label: clock.wall(atMs).slice(5, 10) }));
}
