import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { MailChannel } from '../../../src/mail/mailChannel.js';
import { RecipientDesk } from '../../../src/mail/recipientDesk.js';
import { SmtpSender } from '../../../src/mail/smtpSender.js';
import type { Notice } from '../../../src/notices/notice.js';
import type { Channel } from '../../../src/outbox/channel.js';
import { Outbox } from '../../../src/outbox/outbox.js';
import { MemoryDocuments } from '../../support/memoryDocuments.js';
import { MemoryOutbox } from '../../support/memoryOutbox.js';
import { VirtualClock } from '../../support/virtualClock.js';

const START_MS = Date.parse('2026-01-14T15:30:00+01:00');
const NORTH = { reach: 'north', organisationId: 'north' };
const ANNA = { email: 'anna@example.com', language: 'sv', events: ['station.uncontrollable'], siteIds: null } as const;
const WAIT_MAX_MS = 8_000;

interface Taken {
  readonly to: readonly string[];
  readonly from: string;
  readonly text: string;
}

class MailServer {
  readonly taken: Taken[] = [];
  private readonly server: SMTPServer;

  constructor(options: SMTPServerOptions = {}) {
    this.server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      authOptional: true,
      logger: false,
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom === false ? '' : mailFrom.address;
          this.taken.push({ from, to: rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString() });
          done();
        });
      },
      ...options,
    });
    this.server.on('error', () => undefined);
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

function offline(stationId: string, more: Partial<Notice> = {}): Notice {
  return {
    id: `notice-${stationId}`,
    kind: 'raised',
    key: `station.uncontrollable/${stationId}`,
    facts: { type: 'station.uncontrollable', stationId, stationName: null, obstacle: 'offline', reservedA: 6 },
    sinceMs: START_MS - 600_000,
    atMs: START_MS,
    site: { siteId: 'depot', name: 'Depot Nord', timeZone: 'Europe/Stockholm' },
    ...more,
  };
}

describe('A mail, over SMTP,', () => {
  const servers: MailServer[] = [];
  const outboxes: Outbox[] = [];
  afterEach(async () => {
    for (const outbox of outboxes.splice(0)) await outbox.close();
    for (const server of servers.splice(0)) await server.close();
  });

  async function scene(options: SMTPServerOptions = {}, login: { user: string; password: string } | 'none' = 'none') {
    const server = new MailServer(options);
    servers.push(server);
    const clock = new VirtualClock(START_MS);
    const store = new MemoryOutbox(() => clock.nowMs());
    const log: string[] = [];
    const write = (fields: object, message: string) => void log.push(JSON.stringify({ ...fields, message }));
    const channels: Channel[] = [];
    const outbox = new Outbox({
      store,
      clock,
      random: { positiveInt31: () => 1_073_741_824 },
      log: { info: write, warn: write, error: write },
      channels,
      owner: 'alone',
    });
    outboxes.push(outbox);
    const recipients = new RecipientDesk({
      documents: new MemoryDocuments(),
      outbox,
      queues: store,
      clock,
      canSend: true,
    });
    const smtp = { host: '127.0.0.1', port: await server.listen(), encrypted: false, login };
    const sender = new SmtpSender(smtp, 'Evenkeel <evenkeel@example.com>');
    channels.push(
      new MailChannel({ find: (id) => recipients.find(id), sender, publicUrl: 'https://charging.example' }),
    );
    outbox.start();
    await recipients.put(NORTH, 'anna', ANNA);
    return { server, clock, store, outbox, recipients, log };
  }

  type Scene = Awaited<ReturnType<typeof scene>>;

  /** Virtual time for the service, real time for the socket. */
  async function until(
    what: string,
    { clock }: Scene,
    holds: () => boolean | Promise<boolean>,
    stepMs = 0,
  ): Promise<void> {
    const untilMs = Date.now() + WAIT_MAX_MS;
    while (!(await holds())) {
      if (Date.now() > untilMs) throw new Error(`not within ${WAIT_MAX_MS} ms: ${what}`);
      await clock.runUntil(clock.nowMs() + stepMs);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  const lastState = async ({ store }: Scene) => (await store.list('mail:anna', { limit: 1 }))[0]?.state;

  it('comes to whoever asked for it, in their language, half a minute after', async () => {
    const all = await scene();
    await all.recipients.tell('north', offline('CP001'));
    await all.clock.runUntil(START_MS + 29_999);
    expect(all.server.taken).toEqual([]);
    await all.clock.runUntil(START_MS + 30_000);
    await until('it was taken', all, () => all.server.taken.length === 1);
    const [{ from, to, text } = { from: '', to: [], text: '' }] = all.server.taken;
    expect([from, to]).toEqual(['evenkeel@example.com', ['anna@example.com']]);
    expect(text).toContain('From: Evenkeel <evenkeel@example.com>');
    expect(text).toContain('Auto-Submitted: auto-generated');
    expect(text).toMatch(/^Content-Type: multipart\/alternative/m);
    expect(decodedText(text)).toContain('CP001: Ingen kontakt sedan 15:20. 6 A hålls reserverat.');
    expect(decodedText(text)).toContain('https://charging.example/s/depot');
  });

  it('is one of a storm: two hundred stations are one mail', async () => {
    const all = await scene();
    for (let n = 0; n < 200; n += 1) {
      await all.recipients.tell('north', offline(`CP${n}`));
      await all.clock.runUntil(all.clock.nowMs() + 100);
    }
    await until('it was taken', all, async () => (await lastState(all)) === 'delivered', 1_000);
    expect(all.server.taken).toHaveLength(1);
    expect(decodedText(all.server.taken[0]?.text ?? '')).toContain('… och 150 till.');
  });

  it('does not come to others, nor about what they did not ask for', async () => {
    const all = await scene();
    await all.recipients.put(NORTH, 'bo', { ...ANNA, email: 'bo@example.com', siteIds: ['garage'] });
    await all.recipients.put(NORTH, 'eva', { ...ANNA, email: 'eva@example.com', events: ['limit.exceeded'] });
    await all.recipients.put({ reach: 'south', organisationId: 'south' }, 'sam', { ...ANNA, email: 'sam@example.com' });
    await all.recipients.tell('north', offline('CP001'));
    await until('it was taken', all, async () => (await lastState(all)) === 'delivered', 1_000);
    expect(all.server.taken.map(({ to }) => to)).toEqual([['anna@example.com']]);
  });

  it('is handed in again, as the same mail, after a failure that passes', async () => {
    let refused = 0;
    const all = await scene({
      onMailFrom: (_address, _session, done) => {
        refused += 1;
        done(refused === 1 ? Object.assign(new Error('try later'), { responseCode: 451 }) : null);
      },
    });
    await all.recipients.tell('north', offline('CP001'));
    await until('it was taken', all, () => all.server.taken.length === 1, 5_000);
    expect(refused).toBe(2);
    await until('it is written down', all, async () => (await lastState(all)) === 'delivered');
  });

  it('is given up where its address does not exist, and that address is not in the log', async () => {
    const all = await scene({
      onRcptTo: ({ address }, _session, done) =>
        done(Object.assign(new Error(`5.1.1 <${address}> is not known`), { responseCode: 550 })),
    });
    await all.recipients.tell('north', offline('CP001'));
    await until('it was given up', all, async () => (await lastState(all)) === 'failed', 1_000);
    expect(all.log.join()).toContain('a message was not told');
    expect(all.log.join()).not.toContain('anna@');
  });

  it('waits for a server that is away', async () => {
    const all = await scene();
    await all.server.close();
    servers.splice(0);
    await all.recipients.tell('north', offline('CP001'));
    await until('it was tried', all, () => all.log.join().includes('tried again later'), 1_000);
    expect(await lastState(all)).toBe('waiting');
  });

  it('goes with the password to this machine; to others only over TLS', async () => {
    const seen: string[] = [];
    const login = { user: 'anna', password: 's3cret' };
    const all = await scene(
      {
        authOptional: false,
        allowInsecureAuth: true,
        onAuth: ({ username, password }, _session, done) => {
          seen.push(`${username}:${password}`);
          done(null, { user: username });
        },
      },
      login,
    );
    await all.recipients.tell('north', offline('CP001'));
    await until('it was taken', all, () => all.server.taken.length === 1, 1_000);
    expect(seen).toEqual(['anna:s3cret']);
    // Of the same server by a name that is not this machine's: there is no STARTTLS, so that nothing is sent.
    const { server } = all;
    const port = ((server as unknown as { server: SMTPServer }).server.server.address() as AddressInfo).port;
    const elsewhere = new SmtpSender({ host: '::ffff:127.0.0.1', port, encrypted: false, login }, 'a@example.com');
    const mail = { to: 'anna@example.com', messageId: 'm', subject: 's', text: 't', html: 'h' };
    expect(await elsewhere.send(mail)).toMatchObject({ outcome: 'retry' });
    expect(seen).toHaveLength(1);
  });

  it('can not be given another header or recipient by what a site or a station is called', async () => {
    const all = await scene();
    const evil = 'x\r\nBcc: all@example.com\r\n\r\n<script>';
    await all.recipients.tell(
      'north',
      offline(evil, { site: { siteId: 'depot', name: evil, timeZone: 'Europe/Stockholm' } }),
    );
    await until('it was taken', all, () => all.server.taken.length === 1, 1_000);
    const [{ to, text } = { to: [], text: '' }] = all.server.taken;
    expect(to).toEqual(['anna@example.com']);
    expect(text.slice(0, text.indexOf('\r\n\r\n'))).not.toMatch(/^Bcc:/im);
  });

  it('can be asked for by nobody where no server is known', async () => {
    const clock = new VirtualClock(START_MS);
    const store = new MemoryOutbox();
    const desk = new RecipientDesk({
      documents: new MemoryDocuments(),
      outbox: { put: () => Promise.reject(new Error('nobody is told')) },
      queues: store,
      clock,
      canSend: false,
    });
    await expect(desk.put(NORTH, 'anna', ANNA)).rejects.toMatchObject({ code: 'MAIL_NOT_SET_UP' });
    await desk.tell('north', offline('CP001'));
  });
});

/** The parts of a mail that are base64 or quoted-printable, as text. */
function decodedText(mail: string): string {
  const parts = mail.split(/^--.*$/m);
  return parts
    .map((part) => {
      const [head = '', ...body] = part.split('\r\n\r\n');
      const text = body.join('\r\n\r\n');
      if (/base64/i.test(head)) return Buffer.from(text, 'base64').toString();
      if (!/quoted-printable/i.test(head)) return text;
      const bytes = text
        .replaceAll('=\r\n', '')
        .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      return Buffer.from(bytes, 'latin1').toString();
    })
    .join('\n');
}
