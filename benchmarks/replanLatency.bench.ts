/**
 * Time from a meter value to the charging profiles that follow from it, on the wire: the whole service with its embedded store on a
 * real directory, every station charging under a confirmed profile, the grid connection full, meter values coming in all the while.
 * In turn with each, a bare server does the same fan-out without thinking: what sockets, disk and stations take by themselves.
 */
import { type FanOut, openFanOut } from './support/fanOut.js';
import { type Reaction, ReplanScene } from './support/replanScene.js';
import { report } from './support/report.js';
import { median, quantile } from './support/statistics.js';

const SEED = 20_260_212;
const SIZES = [24, 500];
/** Until the compiler has seen it all. */
const WARM_UP = 6;
const REPEATS = 30;
const AIM = { stations: 500, ms: 100 };

interface Pair {
  readonly ours: Reaction;
  readonly peer: Reaction;
}

for (const stations of SIZES) {
  const scene = await ReplanScene.open(stations, SEED);
  const fanOut = await openFanOut(stations, scene.directory);
  const jumps = await pairs(() => scene.buildingJump(), fanOut);
  const overdraws = await pairs(() => scene.overdraw(), fanOut);
  await fanOut.close();
  await scene.close();
  reportPairs(`building load jumps, ${stations} stations`, stations, jumps);
  reportPairs(`a station over its limit, ${stations} stations`, stations, overdraws);
}

async function pairs(react: () => Promise<Reaction>, fanOut: FanOut): Promise<Pair[]> {
  const measured: Pair[] = [];
  for (let repeat = 0; repeat < WARM_UP + REPEATS; repeat++) {
    const ours = await react();
    const peer = await fanOut.react(ours.profiles);
    if (repeat >= WARM_UP) measured.push({ ours, peer });
  }
  return measured;
}

function reportPairs(name: string, stations: number, measured: readonly Pair[]): void {
  const profilesMedian = median(measured.map(({ ours }) => ours.profiles));
  for (const [what, label] of [
    ['firstMs', 'first profile on the wire'],
    ['lastMs', 'last profile on the wire'],
  ] as const) {
    const value = quantiles(measured.map(({ ours }) => ours[what]));
    report({
      name: `${name}: ${label}`,
      value,
      unit: 'ms',
      peer: { name: 'bare fan-out with one disk write', value: quantiles(measured.map(({ peer }) => peer[what])) },
      ratio: median(measured.map(({ ours, peer }) => ours[what] / peer[what])),
      ...(stations === AIM.stations ? { aim: `p99 under ${AIM.ms} ms`, aimMet: value.p99 < AIM.ms } : {}),
      repeats: REPEATS,
      seed: SEED,
      scene: { stations, profilesMedian },
    });
  }
}

function quantiles(values: readonly number[]) {
  return { p50: quantile(values, 0.5), p90: quantile(values, 0.9), p99: quantile(values, 0.99) };
}
