import { exportPricesAt, NoPrice, priceSeries, type Tariff } from '../../../tariffs/index.js';
import { Problem } from '../../site/problem.js';
import type { ExportPrice, PriceView, TimeSpan } from './tariffService.js';

/** Export prices are given as means of these: no market trades in finer ones. */
const EXPORT_STEP_MS = 900_000;

/** What a kWh costs and brings over the span, by all of these tariffs together. Throws Problem NO_PRICE. */
export function pricesOver(tariffs: readonly Tariff[], span: TimeSpan): Pick<PriceView, 'import' | 'export'> {
  if (tariffs.length === 0) return { import: [], export: [] };
  try {
    return { import: priceSeries(tariffs, span.fromMs, span.toMs).prices, export: exportPrices(tariffs, span) };
  } catch (error) {
    if (!(error instanceof NoPrice)) throw error;
    const from = new Date(error.startMs).toISOString();
    const to = new Date(error.endMs).toISOString();
    throw new Problem('NO_PRICE', `From ${from} to ${to} nothing is published, and nothing earlier can stand in.`, {
      details: { from, to },
      cause: error,
    });
  }
}

/** Neighbours of the same price are merged. */
function exportPrices(tariffs: readonly Tariff[], { fromMs, toMs }: TimeSpan): readonly ExportPrice[] {
  const boundariesMs = [fromMs];
  for (let atMs = (Math.floor(fromMs / EXPORT_STEP_MS) + 1) * EXPORT_STEP_MS; atMs < toMs; atMs += EXPORT_STEP_MS) {
    boundariesMs.push(atMs);
  }
  boundariesMs.push(toMs);
  const merged: ExportPrice[] = [];
  exportPricesAt(tariffs, boundariesMs).forEach((pricePerKwh, index) => {
    const startMs = boundariesMs[index] ?? fromMs;
    const endMs = boundariesMs[index + 1] ?? toMs;
    const last = merged.at(-1);
    if (last?.pricePerKwh === pricePerKwh) merged[merged.length - 1] = { ...last, endMs };
    else merged.push({ startMs, endMs, pricePerKwh });
  });
  return merged;
}
