import { DEMO_LOWERED_LIMIT_A } from './demoSite.js';

/** What the demo makes happen besides cars that come and go. */
export type Scene =
  | { readonly atS: number; readonly say: string; readonly tell: string }
  | { readonly atS: number; readonly say: string; readonly lowerGridToA: number; readonly forS: number };

const LAP_S = 240;
const LAP: readonly Scene[] = [
  { atS: 50, say: 'the building switches something on: +15 A on L1', tell: 'load grid 45 28 33' },
  {
    atS: 75,
    say: `the grid operator lowers the connection to ${DEMO_LOWERED_LIMIT_A} A for a minute`,
    lowerGridToA: DEMO_LOWERED_LIMIT_A,
    forS: 60,
  },
  { atS: 100, say: 'CP005 loses its network for 30 s', tell: 'disconnect CP005 30' },
  { atS: 150, say: 'the building rests', tell: 'load grid 22 20 24' },
  { atS: 170, say: 'CP014 loses power and reboots', tell: 'reboot CP014 8 keep' },
  { atS: 195, say: 'the building is busy: 52 A on every phase', tell: 'load grid 52 52 52' },
  { atS: 225, say: 'the building is as usual again', tell: 'load grid 30 27 33' },
];

/** The scenes that fall in [fromS, toS), over and over. */
export function scenesBetween(fromS: number, toS: number): readonly Scene[] {
  const firstLap = Math.max(0, Math.floor(fromS / LAP_S));
  const lastLap = Math.floor(toS / LAP_S);
  const laps = Array.from({ length: lastLap - firstLap + 1 }, (_, k) => (firstLap + k) * LAP_S);
  return laps
    .flatMap((startS) => LAP.map((scene) => ({ ...scene, atS: startS + scene.atS })))
    .filter((scene) => scene.atS >= fromS && scene.atS < toS);
}
