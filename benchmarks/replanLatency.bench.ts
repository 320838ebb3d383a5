/**
 * Time from a meter value to the charging profiles that follow from it, on the wire: the whole service with its embedded store on a
 * real directory, every station charging under a confirmed profile, the grid connection full. In turn, a bare server does the same
 * fan-out without thinking.
 */
import { startServer } from './support/children.js';
import { report } from './support/report.js';
import { ReplanScene, type Reaction } from './support/replanScene.js';
import { median, quantile } from './support/statistics.js';

const SEED = 20_260_212;
const SIZES = [24, 500];
const WARM_UP = 4;
const REPEATS = 40;
const AIM_MS = 100;

for (const stations of SIZES) {
  const scene = await ReplanScene.open(stations, SEED);
  const reactions: Reaction[] = [];
  for (let repeat = 0; repeat < WARM_UP + REPEATS; repeat++) {
    const reaction = await scene.buildingJump();
    console.error(repeat, JSON.stringify(reaction));
    if (repeat >= WARM_UP) reactions.push(reaction);
  }
  console.error(median(reactions.map((r) => r.lastMs)), quantile(reactions.map((r) => r.lastMs), 0.99));
  await scene.close();
}
