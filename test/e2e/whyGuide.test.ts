import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Car, realClock, seededRandom, Ticker, VirtualStation } from '../../src/simulator/index.js';
import { siteState } from './support/documents.js';
import { ADMIN_KEY, ServiceProcess } from './support/serviceProcess.js';
import { until } from './support/until.js';

const GUIDE = readFileSync(fileURLToPath(new URL('../../docs/why.md', import.meta.url)), 'utf8');
const BLOCKS = [...GUIDE.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, kind = '', text = '']) => ({ kind, text }));

const ALL_16 = { id: 1, kind: 'AC', phases: ['L1', 'L2', 'L3'], currentMaxA: 16 } as const;
const SITE = {
  name: 'Depot',
  timeZone: 'Europe/Stockholm',
  circuits: [{ id: 'grid', limitA: { L1: 25, L2: 25, L3: 25 } }],
  stations: ['CP001', 'CP002'].map((id) => ({ id, circuitId: 'grid', failsafeA: 6, evses: [ALL_16] })),
};
const CAR = { batteryWh: 77_000, soC: 0.2, phases: 3, currentMaxA: 16, reactionS: 1, rampUpAPerS: 10 } as const;
/** A span is kept for good once it is this old. */
const KEPT_AFTER_MS = 31_000;

interface Why {
  readonly at: string;
  readonly now: { readonly limitedBy: { readonly by: string } | null; readonly sentence: string };
  readonly past: readonly { readonly from: string; readonly limitedBy: { readonly by: string } | null }[];
}

const directory = mkdtempSync(join(tmpdir(), 'evenkeel-why-guide-'));
let service: ServiceProcess;
let stations: readonly VirtualStation[] = [];
let sessionId = '';

let last: Why | undefined;

async function why(): Promise<Why> {
  last = (await service.api.get(`/v1/sites/depot/sessions/${sessionId}/why`)) as Why;
  return last;
}

const plugIn = (n: number) => stations[n]?.plugIn(1, new Car(CAR), { idToken: `DRIVER-${n}` });

/** It is the first that is known, or has lasted so long that nothing makes it forgotten. */
function isKept({ at, past }: Why, by: string): boolean {
  return past.some(
    ({ from, limitedBy }, index) =>
      limitedBy?.by === by && (index === 0 || Date.parse(at) - Date.parse(from) > KEPT_AFTER_MS),
  );
}

beforeAll(async () => {
  service = await ServiceProcess.start({ dataDir: join(directory, 'data'), environment: { LOG_LEVEL: 'warn' } });
  await service.api.put('/v1/sites/depot', SITE);
  const ticker = new Ticker(realClock, 250);
  stations = await Promise.all(
    SITE.stations.map(async ({ id }, n) => {
      const password = `password-of-${id}`;
      await service.api.put(`/v1/stations/${id}/credentials`, { password });
      return new VirtualStation({
        stationId: id,
        url: service.stationsUrl,
        password,
        evses: [{ id: 1, terminals: 3, currentMaxA: 16 }],
        meterIntervalS: 3,
        random: seededRandom(n),
        ticker,
      });
    }),
  );
  for (const station of stations) station.start();
  await until(async () => (await siteState(service.api, 'depot')).site === 'protected', 'the failsafes are confirmed', {
    atMostMs: 30_000,
  });
}, 90_000);

afterAll(async () => {
  await Promise.all(stations.map((station) => station.stop()));
  await service?.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('the page on slow cars, executed as printed', () => {
  it('gives the answers that are printed', async () => {
    plugIn(0);
    await until(
      async () => {
        const { sessions } = (await service.api.get('/v1/sites/depot/sessions')) as {
          sessions: { sessionId: string }[];
        };
        sessionId = sessions[0]?.sessionId ?? '';
        return sessionId !== '';
      },
      'the first car has begun',
      { atMostMs: 30_000 },
    );
    await until(async () => isKept(await why(), 'evse'), 'the first car has had all that its station gives', {
      atMostMs: 60_000,
      otherwise: () => JSON.stringify(last),
    });
    plugIn(1);
    const shared = (seen: Why) =>
      seen.past.at(-1)?.limitedBy?.by === 'circuit' && / takes 12\.5 A: grid/.test(seen.now.sentence);
    await until(async () => shared(await why()), 'the two share', {
      atMostMs: 60_000,
      otherwise: () => JSON.stringify(last),
    });
    await until(confirmed, 'what they were told is confirmed', { atMostMs: 30_000 });

    const [settings, ...rest] = BLOCKS;
    expect(rest.map(({ kind }) => kind)).toEqual(['sh', 'json', 'sh', 'json', 'sh', 'json']);
    let answer: unknown;
    for (const { kind, text } of rest) {
      if (kind === 'json') expectPrinted(answer, JSON.parse(text), '');
      else answer = await lastAnswer(`${settings?.text ?? ''}\n${text}`);
    }
  }, 240_000);
});

/** Both slots hold one profile for sure. */
async function confirmed(): Promise<boolean> {
  const { slots } = (await service.api.get('/v1/stations/CP001/profiles')) as {
    slots: { candidates: { status: string; mayBeInForce: boolean }[] }[];
  };
  const possible = slots.map(({ candidates }) => candidates.filter(({ mayBeInForce }) => mayBeInForce));
  return possible.length === 2 && possible.every((held) => held.length === 1 && held[0]?.status === 'confirmed');
}

/** Of the last command: what the others answer is looked at for problems only. */
async function lastAnswer(script: string): Promise<unknown> {
  const here = script
    .replaceAll('the-admin-key-that-npm-start-printed', ADMIN_KEY)
    .replaceAll('the-session-that-the-list-names', sessionId)
    .replaceAll('http://localhost:8080', service.httpUrl)
    // Each answer on a line of its own.
    .replaceAll('curl -sS', "curl -sS -w '\\n'");
  const { stdout } = await promisify(execFile)('bash', ['-euc', here]);
  expect(stdout).not.toContain('urn:evenkeel:problem');
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** The page is shortened: what it prints is there, in that order, and instants are instants. */
function expectPrinted(actual: unknown, printed: unknown, where: string): void {
  if (Array.isArray(printed)) {
    expect(Array.isArray(actual), where).toBe(true);
    const items = [...(actual as unknown[])];
    if (printed.length === 0) expect(items, where).toEqual([]);
    for (const [index, one] of printed.entries()) {
      const found = items.findIndex((item) => fits(item, one));
      expect(found, `${where}/${index} is not in ${JSON.stringify(items)}`).toBeGreaterThanOrEqual(0);
      items.splice(0, found + 1);
    }
  } else if (typeof printed === 'object' && printed !== null) {
    expect(typeof actual, where).toBe('object');
    for (const [name, member] of Object.entries(printed)) {
      expectPrinted((actual as Record<string, unknown> | null)?.[name], member, `${where}/${name}`);
    }
  } else if (typeof printed === 'string' && INSTANT.test(printed)) expect(actual, where).toMatch(INSTANT);
  else expect(actual, where).toEqual(printed);
}

function fits(actual: unknown, printed: unknown): boolean {
  try {
    expectPrinted(actual, printed, '');
    return true;
  } catch {
    return false;
  }
}
