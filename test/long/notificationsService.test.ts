import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyWebhook } from '../../src/client/index.js';
import { ADMIN_KEY, ServiceProcess } from '../e2e/support/serviceProcess.js';
import { putSmallSite } from '../e2e/support/smallSite.js';
import { until } from '../e2e/support/until.js';
import { WebhookReceiver } from '../support/webhookReceiver.js';

const GUIDE = readFileSync(fileURLToPath(new URL('../../docs/notifications.md', import.meta.url)), 'utf8');
const BLOCKS = [...GUIDE.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, kind = '', text = '']) => ({ kind, text }));
const LOOPBACK = { EVENKEEL_ALLOWED_PRIVATE_NETS: '127.0.0.1/32' };

interface Made {
  readonly webhookId: string;
  readonly secret: string;
}
interface Deliveries {
  readonly deliveries: readonly { readonly messageId: string; readonly state: string; readonly attempts: number }[];
}

const directory = mkdtempSync(join(tmpdir(), 'evenkeel-notifications-'));
const dataDir = join(directory, 'data');
const smtp = new SMTPServer({
  disabledCommands: ['STARTTLS'],
  authOptional: true,
  onData: (stream, _session, done) => stream.on('end', done).resume(),
});
const said: string[] = [];
let service: ServiceProcess;
let mailPort = 0;

async function startService(): Promise<ServiceProcess> {
  return ServiceProcess.start({
    dataDir,
    environment: {
      ...LOOPBACK,
      EVENKEEL_SMTP_URL: `smtp://127.0.0.1:${mailPort}`,
      EVENKEEL_MAIL_FROM: 'Evenkeel <evenkeel@example.com>',
    },
    onLine: (line) => said.push(line),
  });
}

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const address = smtp.server.address();
  mailPort = typeof address === 'object' && address !== null ? address.port : 0;
  service = await startService();
  await putSmallSite(service.api);
}, 90_000);

afterAll(async () => {
  await service?.stop();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
  rmSync(directory, { recursive: true, force: true });
});

async function makeWebhook(url: string): Promise<Made> {
  const { status, body } = await service.api.request('POST', '/v1/webhooks', { url, events: ['limit.exceeded'] });
  expect(status, JSON.stringify(body)).toBe(201);
  return body as Made;
}

async function deliveries(webhookId: string): Promise<Deliveries['deliveries']> {
  return ((await service.api.get(`/v1/webhooks/${webhookId}/deliveries`)) as Deliveries).deliveries;
}

describe('A webhook of the service', () => {
  it('is told again, under the same id, what it had not taken when the service was killed', async () => {
    const receiver = new WebhookReceiver();
    // It hears everything, and never answers.
    receiver.answer = () => undefined;
    await receiver.listen();
    const { webhookId, secret } = await makeWebhook(receiver.url);
    const { body } = await service.api.request('POST', `/v1/webhooks/${webhookId}/test`);
    await until(() => receiver.received.length === 1, 'the message came');
    await service.kill();
    receiver.answer = (response) => void response.writeHead(204).end();
    service = await startService();
    await until(() => receiver.received.length === 2, 'the message came again');
    const { messageId } = body as { messageId: string };
    expect(receiver.ids).toEqual([messageId, messageId]);
    for (const { headers, body: text } of receiver.received)
      expect(verifyWebhook({ headers, body: text }, { secrets: [secret] })).toMatchObject({ genuine: true });
    await until(async () => (await deliveries(webhookId))[0]?.state === 'delivered', 'it is written down');
    await service.kill();
    service = await startService();
    expect(await deliveries(webhookId)).toMatchObject([{ messageId, state: 'delivered' }]);
    expect(receiver.received).toHaveLength(2);
    await receiver.close();
    expect(said.join('\n')).not.toContain(secret);
  }, 60_000);

  it('can not be at an address of the network that was not allowed', async () => {
    for (const url of ['http://127.0.0.2/', 'https://10.0.0.1/', 'https://169.254.169.254/latest', 'https://[::1]/']) {
      const { status, body } = await service.api.request('POST', '/v1/webhooks', { url, events: ['limit.exceeded'] });
      expect({ status, code: Object(body).code }, url).toEqual({ status: 422, code: 'ADDRESS_REFUSED' });
    }
  });

  it('and its secret are not in the audit log', async () => {
    const { webhookId, secret } = await makeWebhook('https://example.com/told');
    const { body } = await service.api.request('POST', `/v1/webhooks/${webhookId}/rotate`, { overlapS: 0 });
    const log = JSON.stringify(await service.api.get('/v1/audit'));
    expect(log).toContain(webhookId);
    expect(log).not.toContain(secret);
    expect(log).not.toContain((body as Made).secret);
  });
});

describe('The guide to notifications', () => {
  let receiver: ChildProcess | undefined;
  afterAll(() => receiver?.kill());

  it('does what it says, command by command', async () => {
    const [make = '', trial = '', rotate = '', recipient = ''] = commands();
    const port = 20_000 + (process.pid % 20_000);
    const environment: Record<string, string> = {
      PATH: process.env.PATH ?? '',
      B: service.httpUrl,
      KEY: ADMIN_KEY,
      RECEIVER: `http://127.0.0.1:${port}/`,
    };
    const made = JSON.parse(await run(make, environment)) as Made;
    expect(made).toMatchObject({ secret: expect.stringMatching(/^whsec_/), events: expect.any(Array) });

    const file = join(directory, 'receiver.mjs');
    writeFileSync(file, BLOCKS.find(({ kind }) => kind === 'js')?.text ?? '');
    const heard: string[] = [];
    receiver = spawn(process.execPath, [file], {
      env: { SECRET: made.secret, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    receiver.stdout?.setEncoding('utf8').on('data', (text: string) => heard.push(text));
    await until(
      async () => (await fetch(environment.RECEIVER ?? '').catch(() => undefined)) !== undefined,
      'it listens',
    );

    environment.WEBHOOK = made.webhookId;
    const answers = await run(trial, environment);
    expect(answers).toContain('"messageId":"test-');
    await until(() => heard.join('').includes('webhook.test'), 'the receiver took it for genuine');
    await until(async () => (await deliveries(made.webhookId))[0]?.state === 'delivered', 'it is written down');

    const rotated = JSON.parse(await run(rotate, environment)) as Made & { secrets: unknown[] };
    expect(rotated.secrets).toHaveLength(2);
    expect(rotated.secret).not.toBe(made.secret);
    // The receiver still knows the old one.
    await run(trial, environment);
    await until(() => heard.join('').split('webhook.test').length === 3, 'it took that too');
    // Nobody else's message.
    const forged = await fetch(environment.RECEIVER ?? '', { method: 'POST', body: '{}' });
    expect(forged.status).toBe(401);

    expect(JSON.parse(await run(recipient, environment))).toMatchObject({ recipientId: 'anna', language: 'sv' });
  }, 60_000);
});

/** Those in sh, in the order of the page. */
function commands(): readonly string[] {
  return BLOCKS.filter(({ kind }) => kind === 'sh').map(({ text }) => text);
}

async function run(script: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-e', '-c', script], { env });
  return stdout;
}
