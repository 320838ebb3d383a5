import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyWebhook } from '../../../src/client/index.js';
import type { Clock } from '../../../src/site/clock.js';
import { systemClock } from '../../support/systemClock.js';
import { WebhookReceiver } from '../../support/webhookReceiver.js';
import { LOOPBACK, type WebhookRigOptions, webhookRig } from '../../support/webhookRig.js';

const WAIT_MAX_MS = 8_000;
const POLL_MS = 10;
const ALL = ['limit.exceeded', 'departure.at_risk'];

type Rig = ReturnType<typeof webhookRig>;

/** As the real one, but that the delays between attempts pass in a moment. */
const hurried: Clock = {
  nowMs: () => Date.now() + skippedMs,
  after: (delayMs, run) =>
    systemClock.after(delayMs >= 4_000 && delayMs < 10_000 ? 5 : delayMs, () => {
      if (delayMs >= 4_000 && delayMs < 10_000) skippedMs += delayMs;
      run();
    }),
};
let skippedMs = 0;

describe('A webhook', () => {
  const receiver = { current: new WebhookReceiver() };
  const rigs: Rig[] = [];

  beforeEach(async () => {
    skippedMs = 0;
    receiver.current = new WebhookReceiver();
    await receiver.current.listen();
  });
  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.outbox.close();
    await receiver.current.close();
  });

  function start(options: Partial<WebhookRigOptions> = {}): Rig {
    const rig = webhookRig({ clock: hurried, allowedNets: LOOPBACK, ...options });
    rigs.push(rig);
    rig.outbox.start();
    return rig;
  }

  const register = (rig: Rig, more: { events?: readonly string[]; siteIds?: readonly string[]; url?: string } = {}) =>
    rig.desk.create('north', { url: receiver.current.url, events: ALL, siteIds: null, ...more });

  function event(id: string, more: { type?: string; group?: string; organisationId?: string; siteId?: string } = {}) {
    const { type = 'limit.exceeded', organisationId = 'north', siteId = 'depot' } = more;
    return { id, type, organisationId, siteId, atMs: Date.UTC(2026, 0, 14), data: { loadA: 66 }, ...more };
  }

  async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const untilMs = Date.now() + WAIT_MAX_MS;
    while (!(await holds())) {
      if (Date.now() > untilMs) throw new Error(`not within ${WAIT_MAX_MS} ms: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async function states(rig: Rig): Promise<readonly string[]> {
    const [webhook] = await rig.desk.list('north');
    if (webhook === undefined) return [];
    return (await rig.desk.deliveries('north', webhook.webhookId, { limit: 99 })).map(({ state }) => state);
  }

  it('is told what it asked for, signed, with the very bytes that its log shows', async () => {
    const rig = start();
    const { secret, webhook } = await register(rig);
    await rig.publisher.publish(event('e1'));
    await until('it was told', async () => (await states(rig)).join() === 'delivered');
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.current.received;
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'e1' });
    expect(verifyWebhook({ headers, body }, { secrets: [secret], nowMs: hurried.nowMs() })).toMatchObject({
      genuine: true,
      id: 'e1',
    });
    expect(JSON.parse(body)).toEqual({
      type: 'limit.exceeded',
      timestamp: '2026-01-14T00:00:00.000Z',
      siteId: 'depot',
      data: { loadA: 66 },
    });
    const [delivery] = await rig.desk.deliveries('north', webhook.webhookId, { limit: 1 });
    expect(delivery).toMatchObject({ body, attempts: 1, lastAttempt: { status: 204, reason: null } });
  });

  it('is not told of other events, sites and organisations; but that what it asked for is over', async () => {
    const rig = start();
    await register(rig, { siteIds: ['depot'] });
    const others = [
      event('type', { type: 'service.degraded' }),
      event('site', { siteId: 'garage' }),
      event('organisation', { organisationId: 'south' }),
      { ...event('none'), siteId: null },
    ];
    for (const other of others) expect(await rig.publisher.publish(other)).toBe(0);
    expect(await rig.publisher.publish(event('over', { type: 'limit.exceeded.resolved' }))).toBe(1);
    await until('it was told', () => receiver.current.ids.length === 1);
    expect(receiver.current.ids).toEqual(['over']);
  });

  it('is told once of what is published twice', async () => {
    const rig = start();
    await register(rig);
    await rig.publisher.publish(event('e1'));
    await rig.publisher.publish(event('e1'));
    await rig.publisher.publish(event('e2'));
    await until('both were told', async () => (await states(rig)).join() === 'delivered,delivered');
    expect([...receiver.current.ids].sort()).toEqual(['e1', 'e2']);
  });

  it.each([
    ['500s', (response: ServerResponse) => void response.writeHead(500).end('no')],
    ['redirects', (response: ServerResponse) => void response.writeHead(302, { location: '/' }).end()],
    ['closed connections', (response: ServerResponse) => void response.destroy()],
    ['resets', (response: ServerResponse) => void response.socket?.resetAndDestroy()],
    [
      'half an answer',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' }).write('half');
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ])('is told again, under the same id, after %s', async (_what, refuse) => {
    const rig = start();
    const { secret } = await register(rig);
    receiver.current.answer = (response) => {
      if (receiver.current.received.length === 1) refuse(response);
      else response.writeHead(200).end();
    };
    await rig.publisher.publish(event('e1'));
    await until('it was told', async () => (await states(rig)).join() === 'delivered');
    expect(receiver.current.ids).toEqual(['e1', 'e1']);
    for (const { headers, body } of receiver.current.received)
      expect(verifyWebhook({ headers, body }, { secrets: [secret], nowMs: hurried.nowMs() }).genuine).toBe(true);
    const [first, second] = receiver.current.received;
    expect(first?.headers['webhook-timestamp']).not.toBe(second?.headers['webhook-timestamp']);
  });

  it('is told when it listens again', async () => {
    const port = await freePort();
    const held: (() => void)[] = [];
    const clock: Clock = {
      nowMs: hurried.nowMs,
      // The next attempt, and what it waits for, are the test's to begin.
      after: (delayMs, run) => {
        if (delayMs < 4_000 || delayMs === 10_000) return systemClock.after(delayMs, run);
        held.push(run);
        return () => undefined;
      },
    };
    const rig = start({ clock });
    await register(rig, { url: `http://127.0.0.1:${port}/later` });
    await rig.publisher.publish(event('e1'));
    await until('it was tried', () => rig.log.join().includes('tried again later'));
    await receiver.current.close();
    receiver.current = new WebhookReceiver();
    await receiver.current.listen(port);
    skippedMs += 10_000;
    for (const run of held.splice(0)) run();
    await until('it was told', async () => (await states(rig)).join() === 'delivered');
    expect(receiver.current.ids).toEqual(['e1']);
  });

  it('that hangs is given up after ten seconds, and keeps nobody else waiting', async () => {
    const timers: { delayMs: number; run: () => void }[] = [];
    const clock: Clock = {
      nowMs: () => Date.now(),
      after: (delayMs, run) => {
        if (delayMs !== 10_000) return systemClock.after(delayMs, run);
        timers.push({ delayMs, run });
        return () => undefined;
      },
    };
    const rig = start({ clock });
    const slow = new WebhookReceiver();
    slow.answer = () => undefined;
    await slow.listen();
    await rig.desk.create('north', { url: slow.url, events: ALL, siteIds: null });
    await register(rig);
    await rig.publisher.publish(event('e1'));
    await until('the other was told', () => receiver.current.ids.length === 1 && slow.ids.length === 1);
    for (const { run } of timers) run();
    await until('it was given up', () => rig.log.join().includes('no answer within 10000 ms'));
    await slow.close();
  });

  it('that answers 410 is disabled, until it is put again', async () => {
    const rig = start();
    const { webhook } = await register(rig);
    receiver.current.answer = (response) => void response.writeHead(410).end();
    await rig.publisher.publish(event('e1'));
    await until('it is disabled', async () => (await rig.desk.get('north', webhook.webhookId)).disabled !== 'no');
    expect(await rig.publisher.publish(event('e2'))).toBe(0);
    await expect(rig.desk.test('north', webhook.webhookId)).rejects.toMatchObject({ code: 'WEBHOOK_DISABLED' });
    receiver.current.answer = (response) => void response.writeHead(204).end();
    const { url, events, siteIds } = webhook;
    await rig.desk.change('north', webhook.webhookId, { url, events, siteIds });
    expect(await rig.publisher.publish(event('e3'))).toBe(1);
    await until('it was told', () => receiver.current.ids.includes('e3'));
    expect(receiver.current.ids).toEqual(['e1', 'e3']);
  });

  it('gets those of a group in order, each after the one before was taken', async () => {
    const rig = start();
    await register(rig);
    receiver.current.answer = (response, { headers }) => {
      const isFirstTry = receiver.current.ids.filter((id) => id === headers['webhook-id']).length === 1;
      response.writeHead(headers['webhook-id'] === 'a' && isFirstTry ? 503 : 200).end();
    };
    for (const id of ['a', 'b', 'c']) await rig.publisher.publish(event(id, { group: 'CP001/1' }));
    await until('all were told', async () => (await states(rig)).join() === 'delivered,delivered,delivered');
    expect(receiver.current.ids).toEqual(['a', 'a', 'b', 'c']);
  });

  it('is signed by both secrets while its secret is changed, then by the new one', async () => {
    const rig = start();
    const { webhook, secret: old } = await register(rig);
    const { secret: next } = await rig.desk.rotate('north', webhook.webhookId, 60_000);
    await rig.publisher.publish(event('e1'));
    await until('it was told', () => receiver.current.ids.length === 1);
    const accepts = (secret: string) => {
      const { headers, body } = receiver.current.received.at(-1) ?? { headers: {}, body: '' };
      return verifyWebhook({ headers, body }, { secrets: [secret], nowMs: hurried.nowMs() }).genuine;
    };
    expect([accepts(old), accepts(next)]).toEqual([true, true]);
    skippedMs += 60_001;
    await rig.publisher.publish(event('e2'));
    await until('it was told', () => receiver.current.ids.length === 2);
    expect([accepts(old), accepts(next)]).toEqual([false, true]);
    // Changed at once: somebody else has the old one.
    const { secret: last } = await rig.desk.rotate('north', webhook.webhookId, 0);
    await rig.publisher.publish(event('e3'));
    await until('it was told', () => receiver.current.ids.length === 3);
    expect([accepts(next), accepts(last)]).toEqual([false, true]);
  });

  it('that is deleted is told nothing that still waited', async () => {
    const rig = start();
    const { webhook } = await register(rig);
    receiver.current.answer = (response) => void response.writeHead(500).end();
    await rig.publisher.publish(event('e1'));
    await until('it was tried', () => receiver.current.ids.length > 0);
    await rig.desk.delete('north', webhook.webhookId);
    await until('nothing waits', async () => (await rig.store.nextDueMs(0)) === undefined);
    await expect(rig.desk.get('north', webhook.webhookId)).rejects.toMatchObject({ code: 'WEBHOOK_NOT_FOUND' });
  });

  it('is asked for a trial, and that is in its log', async () => {
    const rig = start();
    const { webhook } = await register(rig);
    const id = await rig.desk.test('north', webhook.webhookId);
    await until('it was told', () => receiver.current.ids.includes(id));
    expect(JSON.parse(receiver.current.received[0]?.body ?? '')).toMatchObject({ type: 'webhook.test', siteId: null });
  });

  it('never has its secret or its address in the log of the service', async () => {
    const rig = start();
    const { secret, webhook } = await register(rig, { url: `${receiver.current.url}?token=s3cret` });
    receiver.current.answer = (response) => void response.writeHead(receiver.current.ids.length < 2 ? 500 : 410).end();
    await rig.publisher.publish(event('e1'));
    await until('it is disabled', async () => (await rig.desk.get('north', webhook.webhookId)).disabled !== 'no');
    await until('it is written down', async () => (await states(rig)).join() === 'failed');
    expect(rig.log.length).toBeGreaterThan(0);
    expect(rig.log.join()).not.toContain(secret);
    expect(rig.log.join()).not.toContain('s3cret');
  });

  it('is refused where an event is too large to be told', async () => {
    const rig = start();
    await register(rig);
    await expect(rig.publisher.publish({ ...event('e1'), data: 'x'.repeat(300_000) })).rejects.toThrow(RangeError);
  });

  it('is one of fifty at most', async () => {
    const rig = start();
    for (let count = 0; count < 50; count += 1) await register(rig);
    await expect(register(rig)).rejects.toMatchObject({ code: 'TOO_MANY_WEBHOOKS' });
  });

  it.each([
    'http://127.0.0.1/',
    'https://127.0.0.1/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[fc00::1]/',
    'https://[fe80::1]/',
    'https://[::]/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://0x7f.1/',
    'https://127.1/',
    'https://user:pass@example.com/',
    'wss://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'example.com',
    '',
  ])('can not be at %s', async (url) => {
    const rig = start({ allowedNets: [] });
    await expect(register(rig, { url })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it.each([
    ['a private address', [['10.0.0.7']]],
    ['a public and a private address', [['93.184.216.34', '10.0.0.7']]],
    ['this machine, mapped', [['::ffff:127.0.0.1']]],
    ['nothing', [[]]],
  ])('whose name leads to %s is not called, and its log does not say where it leads', async (_what, answers) => {
    const rig = start({ allowedNets: [], resolve: namesAnswer(answers) });
    const { webhook } = await register(rig, { url: 'https://inside.example/' });
    await rig.publisher.publish(event('e1'));
    await until('it was refused', () => rig.log.join().includes('tried again later'));
    const [delivery] = await rig.desk.deliveries('north', webhook.webhookId, { limit: 1 });
    expect(delivery).toMatchObject({ state: 'waiting', lastAttempt: { status: null } });
    expect(JSON.stringify(delivery)).not.toMatch(/10\.0\.0\.7|127\.0\.0\.1/);
  });

  it('whose name leads elsewhere the second time (DNS rebinding) is asked for at each attempt, and not called', async () => {
    const nets = [{ address: '127.0.0.1', prefixBits: 32, family: 'ipv4' as const }];
    const { port } = new URL(receiver.current.url);
    // First to an address that may be called, then to one of the network that may not.
    const rig = start({ allowedNets: nets, resolve: namesAnswer([['127.0.0.1'], ['127.0.0.2']]) });
    await register(rig, { url: `http://rebind.example:${port}/` });
    receiver.current.answer = (response) => void response.writeHead(500).end();
    await rig.publisher.publish(event('e1'));
    await until('it was tried twice', async () => {
      const [delivery] = await rig.desk.deliveries('north', 'wh-1', { limit: 1 });
      return delivery?.attempts === 2;
    });
    expect(receiver.current.ids).toEqual(['e1']);
  });
});

function namesAnswer(answers: readonly (readonly string[])[]): WebhookRigOptions['resolve'] {
  let asked = 0;
  return ((_host: string, _options: unknown, callback: (error: null, addresses: unknown) => void) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as unknown as WebhookRigOptions['resolve'];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
