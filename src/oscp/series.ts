import { FORECAST_TYPES, type ForecastedBlock, type ForecastType, type GroupCapacityForecast } from './messages.js';

/** A block as it is kept, with the message that it came in. */
export interface KeptBlock extends ForecastedBlock {
  readonly messageId: string;
}

/** Everything that is known of a group, by the type of forecast. */
export type Forecasts = Readonly<Record<ForecastType, readonly KeptBlock[]>>;

export const NO_FORECASTS: Forecasts = Object.freeze({
  CONSUMPTION: [],
  GENERATION: [],
  FALLBACK_CONSUMPTION: [],
  FALLBACK_GENERATION: [],
  OPTIMUM: [],
});

/** Of one type, over all messages. */
export const KEPT_BLOCKS_MAX = 4_000;
const KEPT_AFTER_END_MS = 3_600_000;

/**
 * OSCP does not say whether a message replaces the series or only its own intervals. Taken is the narrower: at each instant the newest
 * message that speaks of it holds, phase by phase. Blocks of one message that overlap hold together, and so do those of its segments,
 * which share a messageId. 'tooMany': nothing is taken.
 */
export function takeForecast(
  forecasts: Forecasts,
  { type, blocks }: GroupCapacityForecast,
  { messageId, nowMs }: { readonly messageId: string; readonly nowMs: number },
): Forecasts | 'tooMany' {
  const kept = isFallback(type) ? forecasts[type] : withoutPast(forecasts[type], nowMs);
  const older = kept.flatMap((block) =>
    block.messageId === messageId
      ? [block]
      : outsideOf(
          block,
          blocks.filter(({ phase }) => phase === block.phase),
        ),
  );
  // The same segment again says nothing new.
  const known = new Set(older.map((block) => JSON.stringify(block)));
  const newer = blocks.map((block) => ({ ...block, messageId })).filter((block) => !known.has(JSON.stringify(block)));
  const series = [...older, ...newer].sort((a, b) => a.startMs - b.startMs);
  return series.length > KEPT_BLOCKS_MAX ? 'tooMany' : { ...forecasts, [type]: series };
}

/** Fallbacks are kept for as long as nothing replaces them: they are for when nobody can send others. */
function isFallback(type: ForecastType): boolean {
  return type === 'FALLBACK_CONSUMPTION' || type === 'FALLBACK_GENERATION';
}

function withoutPast(blocks: readonly KeptBlock[], nowMs: number): readonly KeptBlock[] {
  return blocks.filter(({ endMs }) => endMs > nowMs - KEPT_AFTER_END_MS);
}

/** What is left of a block where none of the others speak. */
function outsideOf(block: KeptBlock, others: readonly ForecastedBlock[]): KeptBlock[] {
  let left: KeptBlock[] = [block];
  for (const other of others) {
    left = left.flatMap((piece) => {
      if (other.endMs <= piece.startMs || other.startMs >= piece.endMs) return [piece];
      return [
        ...(piece.startMs < other.startMs ? [{ ...piece, endMs: other.startMs }] : []),
        ...(other.endMs < piece.endMs ? [{ ...piece, startMs: other.endMs }] : []),
      ];
    });
    if (left.length === 0) break;
  }
  return left;
}

/** As it was stored; what can not be understood any more is not there. */
export function forecastsFrom(stored: unknown): Forecasts {
  const all = Object(stored) as Partial<Record<ForecastType, unknown>>;
  return Object.fromEntries(
    FORECAST_TYPES.map((type) => [type, Array.isArray(all[type]) ? all[type] : []]),
  ) as unknown as Forecasts;
}
