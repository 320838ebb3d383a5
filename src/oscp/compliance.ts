import type { CircuitLoad } from '../site/circuitLoad.js';
import { PHASES } from '../site/phases.js';
import { type Cap, capOfBlock } from './caps.js';
import type { ForecastedBlock } from './messages.js';

/** What the building draws now tells what it will draw so soon. */
const SOON_MS = 3_600_000;
/** What a meter shows is no more exact. */
const TOLERANCE = 1.02;

/** Of blocks that hold soon: those that the building alone exceeds, whatever becomes of the cars. */
export function unmetBlocks<B extends ForecastedBlock>(
  blocks: readonly B[],
  load: CircuitLoad,
  nowMs: number,
): readonly B[] {
  const base = { totalW: load.buildingW, totalA: load.buildingA };
  return blocks.filter(
    (block) => block.endMs > nowMs && block.startMs < nowMs + SOON_MS && exceeds(base, capOfBlock(block, load)),
  );
}

/** Of blocks that hold now: those that are exceeded by what flows. */
export function exceededBlocks<B extends ForecastedBlock>(
  blocks: readonly B[],
  load: CircuitLoad,
  nowMs: number,
): readonly B[] {
  return blocks.filter(
    (block) => block.startMs <= nowMs && nowMs < block.endMs && exceeds(load, capOfBlock(block, load)),
  );
}

function exceeds({ totalW, totalA }: Pick<CircuitLoad, 'totalW' | 'totalA'>, { powerLimitW, limitA }: Cap): boolean {
  if (powerLimitW !== undefined && totalW > powerLimitW * TOLERANCE) return true;
  return limitA !== undefined && PHASES.some((phase) => totalA[phase] > limitA[phase] * TOLERANCE);
}
