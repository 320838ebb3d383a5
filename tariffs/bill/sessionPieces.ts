import { choose, type LocalZone } from '../calendar.js';
import type { SessionElement, SessionRestrictions } from '../types.js';
import type { MeteredPiece } from './meteredPieces.js';

/** A stretch of a session in which no restriction of its price begins or ceases to hold. Half-open. */
export interface SessionPiece {
  readonly startMs: number;
  readonly endMs: number;
  /** YYYY-MM. */
  readonly month: string;
  readonly importKwh: number;
  readonly powerW: number;
  /** In its middle, where no rounding puts it on the wrong side of a bound: the session's energy and length until then. */
  readonly middle: { readonly atMs: number; readonly sessionWh: number; readonly sessionS: number };
}

/** Readings of a session, without gap and ascending, cut wherever a restriction by clock, energy or duration may change. */
export function sessionPieces(
  metered: readonly MeteredPiece[],
  elements: readonly SessionElement[],
  zone: LocalZone,
): SessionPiece[] {
  const startMs = metered[0]?.startMs ?? 0;
  const restrictions = elements.flatMap((element) => element.restrictions ?? []);
  const clockCuts = timeCuts(restrictions, zone, { startMs, endMs: metered.at(-1)?.endMs ?? startMs });
  const energyCuts = bounds(restrictions.flatMap(({ energyMinWh, energyMaxWh }) => [energyMinWh, energyMaxWh]));
  const pieces: SessionPiece[] = [];
  let beforeWh = 0;
  for (const piece of metered) {
    for (const part of cutPiece(piece, { clockCuts, energyCuts, beforeWh })) {
      const sessionWh = beforeWh + (part.importKwh * 1000) / 2;
      const atMs = (part.startMs + part.endMs) / 2;
      pieces.push({
        ...part,
        month: piece.month,
        powerW: (piece.importKwh * 1000 * MS_PER_HOUR) / (piece.endMs - piece.startMs),
        middle: { atMs, sessionWh, sessionS: (atMs - startMs) / 1000 },
      });
      beforeWh += part.importKwh * 1000;
    }
  }
  return pieces;
}

const MS_PER_HOUR = 3_600_000;

interface Part {
  readonly startMs: number;
  readonly endMs: number;
  readonly importKwh: number;
}

function cutPiece(
  { startMs, endMs, importKwh }: MeteredPiece,
  cuts: { readonly clockCuts: readonly number[]; readonly energyCuts: readonly number[]; readonly beforeWh: number },
): Part[] {
  const energyWh = importKwh * 1000;
  const inside = cuts.clockCuts.filter((ms) => startMs < ms && ms < endMs);
  for (const boundWh of cuts.energyCuts) {
    const share = (boundWh - cuts.beforeWh) / energyWh;
    if (share > 0 && share < 1) inside.push(startMs + share * (endMs - startMs));
  }
  const edges = [startMs, ...inside.sort((one, other) => one - other), endMs];
  return edges.slice(1).map((untilMs, index) => {
    const fromMs = edges[index] ?? startMs;
    return { startMs: fromMs, endMs: untilMs, importKwh: importKwh * ((untilMs - fromMs) / (endMs - startMs)) };
  });
}

function timeCuts(
  restrictions: readonly SessionRestrictions[],
  zone: LocalZone,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): number[] {
  const durations = bounds(restrictions.flatMap(({ durationMinS, durationMaxS }) => [durationMinS, durationMaxS]));
  const byClock = restrictions.flatMap(({ when }) =>
    when === undefined ? [] : choose([{ when }], zone, startMs, endMs).map((segment) => segment.endMs),
  );
  return bounds([...byClock, ...durations.map((seconds) => startMs + seconds * 1000)]);
}

/** Each once. */
function bounds(values: readonly (number | undefined)[]): number[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}
