import { expect } from 'vitest';
import { type Family, liveWithQuirks, QUIRKS } from './quirkLife.js';
import type { Quirk } from './stationQuirks.js';

export interface QuirkSeeds {
  readonly first: number;
  readonly count: number;
  /** Just this quirk, of those of its family. Absent: any. */
  readonly only?: Quirk | undefined;
}

/** From the environment: EVENKEEL_SEED, EVENKEEL_SEEDS, EVENKEEL_QUIRK. */
export function quirkSeeds(otherwise: { readonly first: number; readonly count: number }): QuirkSeeds {
  const { EVENKEEL_SEED: first, EVENKEEL_SEEDS: count, EVENKEEL_QUIRK: name } = process.env;
  const only = Object.values(QUIRKS)
    .flat()
    .find((quirk) => quirk === name);
  if (name !== undefined && only === undefined) throw new Error(`EVENKEEL_QUIRK=${name} is no quirk`);
  return { first: Number(first ?? otherwise.first), count: Number(count ?? otherwise.count), only };
}

/** Fails at the first life in which something went wrong, with its timeline and how to live it again. */
export async function expectQuirkLives(family: Family, { first, count, only }: QuirkSeeds): Promise<void> {
  if (only !== undefined && !QUIRKS[family].includes(only)) return;
  for (let seed = first; seed < first + count; seed++) {
    const { violation, timeline } = await liveWithQuirks(seed, family, only === undefined ? {} : { only });
    if (violation === undefined) continue;
    const again = `EVENKEEL_SEED=${seed} EVENKEEL_SEEDS=1${only === undefined ? '' : ` EVENKEEL_QUIRK=${only}`}`;
    const command = `${again} npx vitest run test/simulation/quirks.test.ts`;
    expect.fail(`${family} seed ${seed}: ${violation}\nagain: ${command}\n${timeline.slice(-80).join('\n')}`);
  }
}
