import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOTICE_TYPES } from '../../src/notices/notice.js';
import { closeSqliteFile, openSqliteFile } from '../../src/store/sqliteFile.js';
import { sessionsOf } from '../e2e/support/documents.js';
import { RawStation } from '../e2e/support/rawStation.js';
import { ServiceProcess } from '../e2e/support/serviceProcess.js';
import { PASSWORDS, putSmallSite, SMALL_SITE_ID, smallSite } from '../e2e/support/smallSite.js';
import { until } from '../e2e/support/until.js';
import { WebhookReceiver } from '../support/webhookReceiver.js';

// Everything that people are told of, brought about at once at a real service: a station that went away, a fuse that is overloaded, a
// driver who will not get enough, prices that did not come, a journal that can not be written. Each has its patience, so this takes long.

const SETUP_AT_MOST_MS = 120_000;
const TOLD_AT_MOST_MS = 540_000;
const OVER_AT_MOST_MS = 240_000;
/** What happens within half a minute is one mail. */
const MAILED_AT_MOST_MS = 90_000;
const READ_EVERY_MS = 3_000;
const SITE = `/v1/sites/${SMALL_SITE_ID}`;
/** Only of what is published: without a series there is nothing. */
const TARIFF = {
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  components: [{ kind: 'priceSeries', id: 'energy', markups: [{ pricePerKwh: 0.05 }] }],
};
/** The disk takes everything but what this limit is. */
const BREAKS = `create trigger "breaks" before insert on "events" when new."eventJson" like '%"limitId":"break"%'
  begin select raise(abort, 'broken for a test'); end`;

const directory = mkdtempSync(join(tmpdir(), 'evenkeel-notifications-all-'));
const dataDir = join(directory, 'data');
const mails: string[] = [];
const receiver = new WebhookReceiver();
const smtp = new SMTPServer({
  disabledCommands: ['STARTTLS'],
  authOptional: true,
  onData: (stream, _session, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      mails.push(Buffer.concat(chunks).toString().replaceAll('=\r\n', ''));
      done();
    });
  },
});
let service: ServiceProcess;
let reading: NodeJS.Timeout | undefined;
const stations: RawStation[] = [];

async function start(): Promise<ServiceProcess> {
  const address = smtp.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return ServiceProcess.start({
    dataDir,
    environment: {
      LOG_LEVEL: 'fatal',
      EVENKEEL_ALLOWED_PRIVATE_NETS: '127.0.0.1/32',
      EVENKEEL_SMTP_URL: `smtp://127.0.0.1:${port}`,
      EVENKEEL_MAIL_FROM: 'evenkeel@example.com',
    },
  });
}

async function connect(stationId: string): Promise<RawStation> {
  const login = { url: service.stationsUrl, stationId, password: PASSWORDS[stationId] ?? '' };
  const station = await RawStation.connect(login);
  stations.push(station);
  await station.boot();
  await station.result('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
  return station;
}

const told = () => receiver.received.map(({ body }) => JSON.parse(body) as { type: string; data: object });
const types = () => told().map(({ type }) => type);

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  await receiver.listen();
  service = await start();
  const { api } = service;
  await api.put('/v1/tariffs/spot', TARIFF);
  await putSmallSite(api);
  await api.put(SITE, { ...smallSite(), tariffIds: ['spot'] });
  await api.put('/v1/sites/broken', { ...smallSite(), stations: [] });
  await api.post('/v1/webhooks', { url: receiver.url, events: NOTICE_TYPES });
  const anna = { email: 'anna@example.com', language: 'en', events: NOTICE_TYPES };
  await api.put('/v1/notifications/recipients/anna', anna);
  await service.kill();
  const file = openSqliteFile(dataDir);
  file.exec(BREAKS);
  closeSqliteFile(file);
  service = await start();
}, SETUP_AT_MOST_MS);

afterAll(async () => {
  clearInterval(reading);
  for (const station of stations) station.close();
  await service?.kill();
  await receiver.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
  rmSync(directory, { recursive: true, force: true });
});

describe('Everything that goes wrong at once', () => {
  let currentA = 50;

  it('is told by webhook and by mail, each once', {
    timeout: TOLD_AT_MOST_MS + SETUP_AT_MOST_MS + MAILED_AT_MOST_MS,
  }, async () => {
    const { api } = service;
    (await connect('S1')).close();
    const second = await connect('S2');
    const timestamp = new Date().toISOString();
    await second.result('StartTransaction', { connectorId: 1, idTag: 'D1', meterStart: 0, timestamp });
    await second.result('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' });
    const [session] = await sessionsOf(api, SMALL_SITE_ID);
    const departure = new Date(Date.now() + 3_600_000).toISOString();
    await api.put(`${SITE}/sessions/${session?.sessionId}/needs`, { departure, energyWh: 60_000 });
    reading = setInterval(() => {
      const document = {
        circuitId: 'grid',
        timestamp: new Date().toISOString(),
        currentA: { L1: 5, L2: currentA, L3: 5 },
      };
      api.request('POST', `${SITE}/meter-values`, document).catch(() => undefined);
    }, READ_EVERY_MS);
    const limit = { circuitId: 'grid', limitA: { L1: 20, L2: 20, L3: 20 } };
    expect((await api.request('PUT', '/v1/sites/broken/limits/break', limit)).status).toBeGreaterThanOrEqual(500);

    await until(() => NOTICE_TYPES.every((type) => types().includes(type)), 'each is told by webhook', {
      atMostMs: TOLD_AT_MOST_MS,
      otherwise: () => types().join(', '),
    });
    const words = [
      /S1: No contact since/,
      /The main fuse L2 draws 50 A/,
      /S2 gets [\d.]+ of 60 kWh/,
      /No prices for .* yet/,
      /What happens can not be written down/,
    ];
    await until(() => words.every((word) => mails.some((mail) => word.test(mail))), 'each is told by mail', {
      atMostMs: MAILED_AT_MOST_MS,
      otherwise: () => mails.join('\n'),
    });
    expect(types().sort()).toEqual([...NOTICE_TYPES].sort());
  });

  it('is told to be over once it is', { timeout: OVER_AT_MOST_MS + SETUP_AT_MOST_MS }, async () => {
    await connect('S1');
    currentA = 10;
    const day = new Date();
    day.setUTCHours(-2, 0, 0, 0);
    await service.api.post('/v1/tariffs/spot/prices', {
      components: [
        {
          kind: 'priceSeries',
          id: 'energy',
          prices: [
            { start: day.toISOString(), resolution: 'PT1H', pricesPerKwh: Array.from({ length: 96 }, () => 0.4) },
          ],
        },
      ],
    });
    const over = ['station.uncontrollable', 'limit.exceeded', 'tariff.missing_tomorrow'].map(
      (type) => `${type}.resolved`,
    );
    await until(() => over.every((type) => types().includes(type)), 'each is over', {
      atMostMs: OVER_AT_MOST_MS,
      otherwise: () => types().join(', '),
    });
    const isMailed = () => mails.some((mail) => /Over: The main fuse L2/.test(mail));
    await until(isMailed, 'the mail says so', { atMostMs: MAILED_AT_MOST_MS });
    expect(types().filter((type) => over.includes(type))).toHaveLength(over.length);
  });
});
