import type { Transporter } from 'nodemailer';
import type { Delivery } from '../outbox/channel.js';
import type { MailSender } from './mailChannel.js';
import type { SmtpSettings } from './smtpSettings.js';

const CONNECT_MAX_MS = 10_000;
const SILENT_MAX_MS = 20_000;
const PERMANENT_FROM = 500;
/** What a server says of the address, not of us. */
const OF_THE_ADDRESS = 'EENVELOPE';
const REASON_MAX_CHARACTERS = 200;

/** Over SMTP, a connection per mail: there are few. */
export class SmtpSender implements MailSender {
  private readonly connect: () => Promise<Transporter>;
  private transport: Promise<Transporter> | undefined;
  private readonly from: string;

  constructor({ host, port, encrypted, login }: SmtpSettings, from: string) {
    this.from = from;
    const settings = {
      host,
      port,
      secure: encrypted,
      // A password never travels in the clear, but on this machine.
      requireTLS: login !== 'none' && !isThisMachine(host),
      ...(login === 'none' ? {} : { auth: { user: login.user, pass: login.password } }),
      connectionTimeout: CONNECT_MAX_MS,
      greetingTimeout: CONNECT_MAX_MS,
      socketTimeout: SILENT_MAX_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
    // Loaded with the first mail: most services send none.
    this.connect = async () => (await import('nodemailer')).createTransport(settings);
  }

  /** What could not be loaded is loaded with the next mail. */
  private transportOnce(): Promise<Transporter> {
    this.transport ??= this.connect().catch((error: unknown) => {
      this.transport = undefined;
      throw error;
    });
    return this.transport;
  }

  async send({ to, messageId, subject, text, html }: Parameters<MailSender['send']>[0]): Promise<Delivery> {
    const domain = this.from.split('@').at(-1)?.replace(/>.*$/, '') ?? 'evenkeel';
    try {
      const transport = await this.transportOnce();
      await transport.sendMail({
        from: this.from,
        to: { name: '', address: to },
        messageId: `<${messageId}@${domain}>`,
        // So that no holiday greeting comes back.
        headers: { 'Auto-Submitted': 'auto-generated' },
        subject,
        text,
        html,
      });
      return { outcome: 'delivered', status: null };
    } catch (error) {
      return deliveryOf(error);
    }
  }
}

function deliveryOf(error: unknown): Delivery {
  const { code, responseCode } = Object(error) as { readonly code?: unknown; readonly responseCode?: unknown };
  const status = typeof responseCode === 'number' ? responseCode : null;
  const message = error instanceof Error ? error.message : String(error);
  // It goes to the log, where no addresses of people are.
  const reason = message
    .replaceAll(/\S+@\S+/g, '…')
    .replaceAll(/\s+/g, ' ')
    .slice(0, REASON_MAX_CHARACTERS);
  const isFinal = code === OF_THE_ADDRESS && status !== null && status >= PERMANENT_FROM;
  return { outcome: isFinal ? 'refused' : 'retry', status, reason };
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
