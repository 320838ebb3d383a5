import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, dayOf, encodeDay } from '../../src/control/history/dayRecord.js';
import { QUARTER_MS, type QuarterRecord } from '../../src/site/history.js';
import { openStore } from '../../src/store/openStore.js';
import { ADMIN_KEY, ServiceProcess } from './support/serviceProcess.js';

const GUIDE = readFileSync(fileURLToPath(new URL('../../docs/history.md', import.meta.url)), 'utf8');
const BLOCKS = [...GUIDE.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, kind = '', text = '']) => ({ kind, text }));

const FROM_MS = Date.parse('2026-01-01T00:00:00+01:00');
const TO_MS = Date.parse('2026-02-01T00:00:00+01:00');
const ARRIVAL_MS = Date.parse('2026-01-10T17:00:00+01:00');
const CHARGED_FROM_MS = Date.parse('2026-01-10T22:00:00+01:00');
const CHARGED_TO_MS = Date.parse('2026-01-11T02:00:00+01:00');

const TARIFF = {
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  vatPercent: 25,
  components: [
    {
      kind: 'timeOfUse',
      id: 'energy',
      rates: [
        { name: 'night', when: { hours: [{ from: '21:00', to: '07:00' }] }, pricePerKwh: 0.2 },
        { name: 'day', pricePerKwh: 1 },
      ],
    },
    { kind: 'fixedFee', id: 'subscription', price: 100, per: 'month' },
    {
      kind: 'demandCharge',
      id: 'peaks',
      sampleMinutes: 60,
      peaks: 1,
      price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 50 }] },
    },
  ],
};

const SITE = {
  name: 'Depot',
  timeZone: 'Europe/Stockholm',
  tariffIds: ['all-in'],
  circuits: [{ id: 'grid', limitA: { L1: 63, L2: 63, L3: 63 } }],
  stations: [
    {
      id: 'CP001',
      circuitId: 'grid',
      failsafeA: 6,
      evses: [{ id: 1, kind: 'AC', phases: ['L1', 'L2', 'L3'], currentMaxA: 16 }],
    },
  ],
};

/** What the page says its site was: a building of 2 kW, and a car that came at 17:00 and was charged from 22:00 to 02:00. */
async function writePast(dataDir: string): Promise<void> {
  const store = await openStore({ dataDir, nowMs: Date.now });
  const quarters = Array.from({ length: (TO_MS - FROM_MS) / QUARTER_MS }, (_, index): QuarterRecord => {
    const startMs = FROM_MS + index * QUARTER_MS;
    const carsWh = startMs >= CHARGED_FROM_MS && startMs < CHARGED_TO_MS ? 2_750 : 0;
    return { startMs, importWh: 500 + carsWh, exportWh: 0, carsWh, meteredMs: QUARTER_MS, buildingA: {} };
  });
  for (let dayMs = dayOf(FROM_MS); dayMs < TO_MS; dayMs += DAY_MS) {
    const ofDay = quarters.filter(({ startMs }) => dayOf(startMs) === dayMs);
    await store.putHistoryDays('depot', [{ dayMs, record: encodeDay(ofDay) }]);
  }
  await store.putSession({
    sessionId: 'CP001-1',
    siteId: 'depot',
    stationId: 'CP001',
    startedMs: ARRIVAL_MS,
    endedMs: ARRIVAL_MS + 15 * 3_600_000,
    record: {
      sessionId: 'CP001-1',
      transactionId: 1,
      stationId: 'CP001',
      evseId: 1,
      idToken: 'DRIVER-1',
      startedAtMs: ARRIVAL_MS,
      endedAtMs: ARRIVAL_MS + 15 * 3_600_000,
      meterStartWh: 0,
      energyWh: 44_000,
      needs: {},
      phasesInUse: ['L1', 'L2', 'L3'],
      reason: 'EVDisconnected',
      quarters: { startMs: ARRIVAL_MS, wh: [...new Array(20).fill(0), ...new Array(16).fill(2_750)] },
      drawnMaxA: 16,
    },
  });
  await store.close();
}

describe('the page on history, executed as printed', () => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-history-guide-'));
  let service: ServiceProcess;

  beforeAll(async () => {
    const dataDir = join(directory, 'data');
    await writePast(dataDir);
    service = await ServiceProcess.start({ dataDir, environment: { LOG_LEVEL: 'error' } });
    await service.api.put('/v1/tariffs/all-in', TARIFF);
    await service.api.put('/v1/sites/depot', SITE);
  });
  afterAll(async () => {
    await service.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('every command is answered without an error, and the bill is the one that is printed', async () => {
    const here = (text: string) =>
      text
        .replaceAll('the-admin-key-that-npm-start-printed', ADMIN_KEY)
        .replaceAll('http://localhost:8080', service.httpUrl);
    const [settings, ...rest] = BLOCKS;
    expect(rest.filter(({ kind }) => kind === 'sh')).toHaveLength(5);
    const answers: string[] = [];
    for (const { kind, text } of rest) {
      if (kind === 'sh') {
        const script = `${here(settings?.text ?? '')}\n${here(text)}`;
        const { stdout } = await promisify(execFile)('bash', ['-euc', script], { cwd: directory });
        expect(stdout, text).not.toContain('urn:evenkeel:problem');
        answers.push(stdout.replaceAll('\r\n', '\n'));
      } else {
        expect(kind).toBe('text');
        expect(answers.at(-1)?.endsWith(`}${text}`), answers.at(-1)).toBe(true);
      }
    }
    const [days, months, bill, sessions] = answers;
    expect(JSON.parse(days ?? '').periods).toHaveLength(31);
    expect(JSON.parse(months ?? '').months[0]).toMatchObject({ month: '2026-01', cost: 2_188.5, saving: 46.5 });
    expect(bill).toContain('"complete":true');
    expect(JSON.parse(sessions ?? '').sessions).toMatchObject([
      { sessionId: 'CP001-1', cost: 11, uncontrolledCost: 55 },
    ]);
    expect(readFileSync(join(directory, 'quarters.csv'), 'utf8').split('\r\n')).toHaveLength(1 + 2 * 96 + 1);
  }, 60_000);
});
