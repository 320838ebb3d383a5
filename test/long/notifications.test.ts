import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { ServiceProcess } from '../e2e/support/serviceProcess.js';
import { putSmallSite, SMALL_SITE_ID } from '../e2e/support/smallSite.js';
import { until } from '../e2e/support/until.js';
import { OwnPostgres, postgresMissing } from '../support/ownPostgres.js';
import { OwnRedis, redisMissing } from '../support/ownRedis.js';
import { WebhookReceiver } from '../support/webhookReceiver.js';

const missing = postgresMissing() ?? redisMissing();
const READ_EVERY_MS = 3_000;

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function receiverThat(answers: boolean): Promise<WebhookReceiver> {
  const receiver = new WebhookReceiver();
  if (!answers) receiver.answer = () => undefined;
  await receiver.listen();
  endings.push(() => receiver.close());
  return receiver;
}

async function start(environment: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'evenkeel-notifications-'));
  const service = await ServiceProcess.start({
    dataDir,
    environment: { EVENKEEL_ALLOWED_PRIVATE_NETS: '127.0.0.1/32', ...environment },
  });
  endings.push(async () => {
    await service.kill();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return service;
}

async function makeWebhook({ api }: ServiceProcess, url: string): Promise<string> {
  const { body } = await api.request('POST', '/v1/webhooks', { url, events: ['limit.exceeded'] });
  return String(Object(body).webhookId);
}

describe('A fuse that is overloaded', () => {
  it('is told once by webhook and by mail, and once that it is over', async () => {
    const mails: string[] = [];
    const smtp = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      authOptional: true,
      onData: (stream, _session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          mails.push(Buffer.concat(chunks).toString());
          done();
        });
      },
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    endings.push(() => new Promise<void>((resolve) => smtp.close(() => resolve())));
    const address = smtp.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const service = await start({
      EVENKEEL_SMTP_URL: `smtp://127.0.0.1:${port}`,
      EVENKEEL_MAIL_FROM: 'evenkeel@example.com',
    });
    const receiver = await receiverThat(true);
    await putSmallSite(service.api);
    await makeWebhook(service, receiver.url);
    const anna = { email: 'anna@example.com', language: 'en', events: ['limit.exceeded'] };
    await service.api.put('/v1/notifications/recipients/anna', anna);

    let currentA = 50;
    const reading = setInterval(() => {
      const currents = { L1: 5, L2: currentA, L3: 5 };
      const document = { circuitId: 'grid', timestamp: new Date().toISOString(), currentA: currents };
      service.api.request('POST', `/v1/sites/${SMALL_SITE_ID}/meter-values`, document).catch(() => undefined);
    }, READ_EVERY_MS);
    endings.push(() => clearInterval(reading));
    await until(() => receiver.received.length === 1 && mails.length === 1, 'it is told', { atMostMs: 120_000 });
    currentA = 10;
    await until(() => receiver.received.length === 2 && mails.length === 2, 'it is over', { atMostMs: 180_000 });
    expect(receiver.received.map(({ body }) => JSON.parse(body).type)).toEqual([
      'limit.exceeded',
      'limit.exceeded.resolved',
    ]);
    expect(mails[0]).toContain('The main fuse L2 draws 50 A');
    expect(mails[1]).toContain('Over: The main fuse L2');
  }, 360_000);
});

describe.skipIf(missing !== undefined)(
  `Of two processes${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    it('the second tells what the first had not when it was killed, under the same id', async () => {
      const [postgres, redis] = await Promise.all([OwnPostgres.start({ durable: true }), OwnRedis.start()]);
      endings.push(() => Promise.all([postgres.stop(), redis.stop()]));
      const shared = { DATABASE_URL: (await postgres.newSchema()).url, REDIS_URL: redis.url };
      const receiver = await receiverThat(false);
      const first = await start(shared);
      const webhookId = await makeWebhook(first, receiver.url);
      const { body } = await first.api.request('POST', `/v1/webhooks/${webhookId}/test`);
      const { messageId } = Object(body);
      await until(() => receiver.received.length === 1, 'the message came');
      const second = await start(shared);
      // The first has the claim, and still waits for the answer.
      await first.kill();
      receiver.answer = (response) => void response.writeHead(204).end();
      const killedMs = Date.now();
      await until(() => receiver.received.length === 2, 'the message came again', { atMostMs: 30_000 });
      console.info(`notifications: taken over after ${((Date.now() - killedMs) / 1_000).toFixed(1)} s`);
      expect(receiver.ids).toEqual([messageId, messageId]);
      const isDelivered = async () =>
        Object(await second.api.get(`/v1/webhooks/${webhookId}/deliveries`)).deliveries[0]?.state === 'delivered';
      await until(isDelivered, 'it is written down');
      // What one puts, whichever of them sends is told of.
      await second.api.request('POST', `/v1/webhooks/${webhookId}/test`);
      await until(() => receiver.received.length === 3, 'the next came');
    }, 180_000);
  },
);
