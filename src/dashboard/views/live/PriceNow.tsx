import type { SitePrices } from '../../api/documents.js';
import { priceUnit } from '../../model/numbers.js';
import { pricesWithin } from '../../model/prices.js';
import type { Speech } from '../../model/speech.js';

const DAY_MS = 86_400_000;
const WIDTH = 210;
const HEIGHT = 46;
const HEADROOM = 6;

/** What a kWh costs now, and how that will change within a day. Nothing where the site has no tariff. */
export function PriceNow({ prices, nowMs, speech }: { prices: SitePrices | undefined; nowMs: number; speech: Speech }) {
  const day = pricesWithin(prices, nowMs, nowMs + DAY_MS);
  const now = day?.steps[0];
  if (day === undefined || now === undefined) return null;
  const { say, numbers, clock } = speech;
  const lowest = day.steps.reduce((best, step) => (step.pricePerKwh < best.pricePerKwh ? step : best), now);
  const most = Math.max(...day.steps.map(({ pricePerKwh }) => pricePerKwh), 0.001);
  const least = Math.min(0, ...day.steps.map(({ pricePerKwh }) => pricePerKwh));
  const x = (atMs: number) => ((atMs - nowMs) / DAY_MS) * WIDTH;
  const y = (price: number) => HEIGHT - ((price - least) / (most - least)) * (HEIGHT - HEADROOM);
  return (
    <div class="price-now">
      <div>
        <div class="sub">{say('live.priceNow')}</div>
        <b class="ages">
          {numbers.priceNumber(now.pricePerKwh, day.currency)}
          {'\u00a0'}
          {priceUnit(day.currency).name}
          <small>/kWh</small>
        </b>
        <div class="sub">
          {say('live.lowestAt', {
            x: numbers.priceNumber(lowest.pricePerKwh, day.currency),
            t: clock.time(lowest.startMs),
          })}
        </div>
      </div>
      <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        {day.steps.map(({ startMs, endMs, pricePerKwh, fifth }) => (
          <rect
            key={startMs}
            class={`p${fifth}`}
            x={x(startMs).toFixed(2)}
            width={(x(endMs) - x(startMs) + 0.2).toFixed(2)}
            y={Math.min(y(0), y(pricePerKwh)).toFixed(1)}
            height={Math.max(0.5, Math.abs(y(0) - y(pricePerKwh))).toFixed(1)}
          />
        ))}
        <path d={`M.75 0V${HEIGHT}`} class="now-line" />
      </svg>
    </div>
  );
}
