import type { ParseOptions } from '../parseOptions.js';
import { addIssue, type Findings } from '../reading/findings.js';
import type { Area } from './areas.js';
import type { Series } from './series.js';

/**
 * The series of one auction. DE-LU and AT have two: position 1 is the single day-ahead coupling, 2 EXAA's of 10:15, which is published
 * earlier and is another price. Where only the other is there, prices are not published yet. Elsewhere the lowest position is taken.
 */
export function seriesOfAuction(
  series: readonly Series[],
  area: Area | undefined,
  options: ParseOptions,
  findings: Findings,
): readonly Series[] {
  const auctions = [...new Set(series.map(({ auction }) => auction))].sort((a, b) => a - b);
  const wanted = options.auction ?? area?.auction ?? auctions[0] ?? 1;
  const others = auctions.filter((auction) => auction !== wanted).join(', ');
  const taken = series.filter(({ auction }) => auction === wanted);
  if (taken.length === 0) {
    addIssue(findings, 'TARIFF_NOT_PUBLISHED', () => ({
      reason:
        others === ''
          ? 'There are no day-ahead prices in the document.'
          : `There are prices of auction ${others} only; those of auction ${wanted} are not published yet.`,
      fix: 'Ask again later: results of the day-ahead market come at about 13:00 CET, and may be late.',
    }));
  } else if (others !== '') {
    findings.warnings.add(
      `The document has several auctions: prices of ${wanted} are taken, those of ${others} left out (options.auction takes another).`,
    );
  }
  return taken;
}
