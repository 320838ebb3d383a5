import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** What one number of stations took. CPU in cores; of roles with several processes, all together. */
export interface GrowthPoint {
  readonly stations: number;
  /** Those that were connected, and of those that charge, that had their profile. */
  readonly connected: number;
  readonly loadAverage: number;
  readonly measuredS: number;
  /** Sites that got another owner meanwhile: above 0 the machine was too busy for the leases, and what follows is dearer and slower. */
  readonly takeovers: number;
  readonly cpuCores: {
    readonly gateways: number;
    readonly planners: number;
    readonly api: number;
    readonly postgres: number;
    readonly redis: number;
    readonly stations: number;
  };
  readonly firstProfileMs: { readonly p50: number; readonly p99: number };
  readonly fitsMs: { readonly p50: number; readonly p99: number };
  readonly meterValueMs: { readonly p50: number; readonly p99: number };
}

/** The points of a file and this one, by size. The newest of each size counts. */
export function keepPoint(file: string, point: GrowthPoint): readonly GrowthPoint[] {
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly GrowthPoint[]) : [];
  const points = [...before.filter(({ stations }) => stations !== point.stations), point].sort(
    (a, b) => a.stations - b.stations,
  );
  writeFileSync(file, `${JSON.stringify(points, null, 2)}\n`);
  return points;
}

const SIZE = { width: 860, height: 440, top: 70, bottom: 120, panel: 350 } as const;
const LEFT = [60, 480] as const;
/** Told apart by colour-blind readers, and by their order in the legend. */
const COLOURS = ['#0072b2', '#d55e00', '#555555', '#009e73', '#cc79a7'];

interface Curve {
  readonly name: string;
  readonly values: readonly number[];
}

/** Processor's time and latencies by number of stations: both axes from 0, so that a straight line through the corner is linear growth. */
export function growthPlot(points: readonly GrowthPoint[]): string {
  const cores = (name: keyof GrowthPoint['cpuCores']) => points.map(({ cpuCores }) => cpuCores[name]);
  const use: readonly Curve[] = [
    { name: 'two planners', values: cores('planners') },
    { name: 'two gateways', values: cores('gateways') },
    { name: 'Postgres', values: cores('postgres') },
    { name: 'API', values: cores('api') },
    { name: 'Redis', values: cores('redis') },
  ];
  const latency: readonly Curve[] = [
    { name: 'meter jump to first profile on the wire, p50', values: points.map((point) => point.firstProfileMs.p50) },
    { name: '… p99', values: points.map((point) => point.firstProfileMs.p99) },
    { name: 'until all cars fit again, p50', values: points.map((point) => point.fitsMs.p50) },
    { name: "a station's meter value to its answer, p50", values: points.map((point) => point.meterValueMs.p50) },
    { name: '… p99', values: points.map((point) => point.meterValueMs.p99) },
  ];
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="white"/>`,
    '<text x="60" y="24" font-size="14">By number of stations: 20 a site, half of them charging, a meter value each 10 s</text>',
    `<text x="60" y="42" fill="#555555">Load average of the machine meanwhile: ${points.map(({ stations, loadAverage }) => `${stations}: ${loadAverage}`).join(', ')}</text>`,
    ...panel({ left: LEFT[0], unit: 'cores', points, curves: use }),
    ...panel({ left: LEFT[1], unit: 'ms', points, curves: latency }),
    '</svg>',
  ].join('\n')}\n`;
}

function panel({
  left,
  unit,
  points,
  curves,
}: {
  readonly left: number;
  readonly unit: string;
  readonly points: readonly GrowthPoint[];
  readonly curves: readonly Curve[];
}): readonly string[] {
  const base = SIZE.height - SIZE.bottom;
  const largest = Math.max(...points.map(({ stations }) => stations));
  const top = niceAbove(Math.max(...curves.flatMap(({ values }) => values)));
  const x = (stations: number) => round(left + (stations / largest) * SIZE.panel);
  const y = (value: number) => round(base - (value / top) * (base - SIZE.top));
  return [
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      `<line x1="${left}" x2="${left + SIZE.panel}" y1="${y(share * top)}" y2="${y(share * top)}" stroke="#dddddd"/>`,
      `<text x="${left - 6}" y="${y(share * top) + 4}" text-anchor="end">${Number((share * top).toPrecision(3))}</text>`,
    ]),
    `<text x="${left}" y="${SIZE.top - 8}">${unit}</text>`,
    ...points.map(
      ({ stations }) => `<text x="${x(stations)}" y="${base + 18}" text-anchor="middle">${stations}</text>`,
    ),
    ...curves.flatMap(({ name, values }, index) => {
      const colour = COLOURS[index % COLOURS.length] ?? 'black';
      const at = points.map(({ stations }, which) => [x(stations), y(values[which] ?? 0)] as const);
      const legendY = base + 38 + index * 16;
      return [
        `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${at.map((place) => place.join(',')).join(' ')}"/>`,
        ...at.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"/>`),
        `<line x1="${left}" x2="${left + 24}" y1="${legendY - 4}" y2="${legendY - 4}" stroke="${colour}" stroke-width="2"/>`,
        `<text x="${left + 32}" y="${legendY}">${name}</text>`,
      ];
    }),
  ];
}

/** 1, 2 or 5 times a power of ten. */
function niceAbove(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(Math.max(value, 1e-3)));
  return [1, 2, 5, 10].map((factor) => factor * decade).find((nice) => nice >= value) ?? 10 * decade;
}

function round(pixels: number): number {
  return Number(pixels.toFixed(1));
}
