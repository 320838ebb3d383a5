import { InvalidArgumentError } from 'commander';
import { PHASES, type PhaseName } from './siteState.js';

// What options are made of. What makes sense of it as a whole is the service's to say.

export function wholeNumber({ min, max }: { readonly min: number; readonly max: number }) {
  return (typed: string): number => {
    const value = /^\d{1,9}$/.test(typed) ? Number(typed) : Number.NaN;
    if (!(value >= min && value <= max))
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return value;
  };
}

export function quantity(typed: string): number {
  const value = Number(typed);
  if (typed.trim() === '' || !(value >= 0) || !Number.isFinite(value)) {
    throw new InvalidArgumentError('It must be a number, 0 or more.');
  }
  return value;
}

/** An instant with its offset, so that nobody has to guess whose clock is meant. */
export function instantText(typed: string): string {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(typed) || Number.isNaN(Date.parse(typed))) {
    throw new InvalidArgumentError('It must be an instant with an offset, such as 2026-01-14T17:00:00+01:00.');
  }
  return typed;
}

/** "40" on every phase, or "L1=40,L2=40,L3=30". */
export function currents(typed: string): Readonly<Record<PhaseName, number>> {
  if (!typed.includes('=')) {
    const currentA = quantity(typed);
    return { L1: currentA, L2: currentA, L3: currentA };
  }
  const given = new Map(typed.split(',').map((part) => part.trim().split('=', 2) as [string, string | undefined]));
  const of = (phase: PhaseName) => {
    const value = given.get(phase);
    if (value === undefined || given.size !== PHASES.length) {
      throw new InvalidArgumentError('It must be one number, or one for each phase: L1=40,L2=40,L3=30.');
    }
    return quantity(value);
  };
  return { L1: of('L1'), L2: of('L2'), L3: of('L3') };
}

/** In the order of the station's terminals: "L2,L3,L1". */
export function phaseNames(typed: string): readonly PhaseName[] {
  const named = typed.split(',').map((part) => part.trim());
  const phases = named.filter((name): name is PhaseName => PHASES.some((phase) => phase === name));
  if (phases.length < named.length || new Set(phases).size < phases.length) {
    throw new InvalidArgumentError('It must name one to three of L1, L2 and L3, each once: L1,L2,L3.');
  }
  return phases;
}

/** Option by option: name=value, several times. */
export function assignment(
  typed: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = typed.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value, such as delimiter=semicolon.');
  return { ...before, [typed.slice(0, at)]: typed.slice(at + 1) };
}
