import { assertNever } from '../assertNever.js';
import type { DemandChargeComponent, DemandMemory } from '../types.js';
import { monthAfter, monthsUpTo } from './months.js';
import { measuredKw, type PeakBook } from './peakBook.js';
import { roundHalfUp } from './roundHalfUp.js';

/** What a month is billed for, before the price. */
export interface BilledDemand {
  /** After floor, rounding, memory and threshold. */
  readonly billedKw: number;
  /** The month whose samples are behind it: the billed one, or with memory 'previousMonth' the one before. */
  readonly peakMonth: string;
  /** What it could have been based on and was not, for nothing is known of it. */
  readonly unknownMonths: readonly string[];
}

/**
 * The rule, in this order: the mean of the highest (peakBook.ts) → not below floorKw → rounded half up to roundToKw → memory → what is
 * above thresholdKw. A month of which nothing is known counts as 0 kW when it is the billed one itself; a mean and a ratchet pass over
 * it; and where the month before is billed and is not known, the billed one stands in for it.
 */
export function billedDemand(book: PeakBook, month: string): BilledDemand {
  const { component } = book;
  const { kw, peakMonth, unknownMonths } = remembered(book, month);
  return { billedKw: Math.max(0, kw - (component.thresholdKw ?? 0)), peakMonth, unknownMonths };
}

/** Before memory: what the month counts as by itself. */
function monthKw(component: DemandChargeComponent, measured: number | 'unknown'): number {
  return rounded(component, Math.max(measured === 'unknown' ? 0 : measured, component.floorKw ?? 0));
}

/** Of what was measured, not of what was billed. 0 where nothing is known. */
export function highestMeasuredKw(book: PeakBook, months: readonly string[]): number {
  return months.reduce((most, month) => {
    const measured = measuredKw(book, month);
    return measured === 'unknown' ? most : Math.max(most, rounded(book.component, measured));
  }, 0);
}

interface Remembered {
  readonly kw: number;
  readonly peakMonth: string;
  readonly unknownMonths: readonly string[];
}

function remembered(book: PeakBook, month: string): Remembered {
  const { component } = book;
  const { memory } = component;
  const measured = measuredKw(book, month);
  const alone = { kw: monthKw(component, measured), peakMonth: month };
  if (memory === undefined) return { ...alone, unknownMonths: measured === 'unknown' ? [month] : [] };
  const months = remembersMonths(memory, month);
  const unknownMonths = months.filter((one) => measuredKw(book, one) === 'unknown');
  switch (memory.kind) {
    case 'rollingMean': {
      const known = months.filter((one) => !unknownMonths.includes(one));
      const sum = known.reduce((total, one) => total + monthKw(component, measuredKw(book, one)), 0);
      return { ...alone, kw: known.length === 0 ? alone.kw : sum / known.length, unknownMonths };
    }
    case 'ratchet': {
      const past = months.filter((one) => one !== month);
      return { ...alone, kw: Math.max(alone.kw, memory.share * highestMeasuredKw(book, past)), unknownMonths };
    }
    case 'previousMonth': {
      const before = monthAfter(month, -1);
      const measuredBefore = measuredKw(book, before);
      if (measuredBefore === 'unknown') return { ...alone, unknownMonths };
      return { kw: monthKw(component, measuredBefore), peakMonth: before, unknownMonths };
    }
    default:
      return assertNever(memory);
  }
}

/** The months that are looked at, ascending. */
function remembersMonths(memory: DemandMemory, month: string): readonly string[] {
  switch (memory.kind) {
    case 'rollingMean':
      return monthsUpTo(month, memory.months);
    case 'ratchet':
      return monthsUpTo(month, memory.months + 1);
    case 'previousMonth':
      return [monthAfter(month, -1)];
    default:
      return assertNever(memory);
  }
}

function rounded({ roundToKw }: DemandChargeComponent, kw: number): number {
  return roundToKw === undefined ? kw : roundHalfUp(kw, roundToKw);
}
