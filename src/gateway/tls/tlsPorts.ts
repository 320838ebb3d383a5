import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../site/clock.js';
import type { Gateway } from '../gateway.js';
import { readTlsMaterial, type TlsMaterial } from './material.js';
import type { TlsSettings } from './settings.js';
import { TlsPort } from './tlsPort.js';

export interface TlsPortsOptions {
  readonly settings: TlsSettings;
  readonly clock: Clock;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
  readonly gateway: Gateway;
  /** Plain requests on the port for passwords; that for certificates is for stations only. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
  readonly handshakeMaxMs?: number;
}

/** Files are looked at this often, so that nobody has to tell that there are new ones. */
const LOOK_EVERY_MS = 10_000;
/** How long a shutdown waits for requests under way. */
const CLOSE_GRACE_MS = 1_000;
const ENDS_SOON_MS = 14 * 86_400_000;

/** The ports that speak TLS, and their certificates: read again when the files change. */
export class TlsPorts {
  readonly #options: TlsPortsOptions;
  readonly #ports: { readonly port: TlsPort; readonly number: number; readonly entrance: 'tls' | 'mutualTls' }[] = [];
  #material: TlsMaterial;
  #lastError: string | undefined;
  #cancelLook = (): void => {};

  /** Answers one line where they can not be opened. */
  static open(
    options: TlsPortsOptions,
  ): { readonly ok: true; readonly ports: TlsPorts } | { readonly ok: false; readonly error: string } {
    const read = readTlsMaterial(options.settings, options.clock.nowMs());
    return read.ok ? { ok: true, ports: new TlsPorts(options, read.material) } : read;
  }

  private constructor(options: TlsPortsOptions, material: TlsMaterial) {
    this.#options = options;
    this.#material = material;
    const { settings } = options;
    if (settings.port !== 'off') this.#add('tls', settings.port);
    if (settings.mutual !== 'off') this.#add('mutualTls', settings.mutual.port);
    this.#tellOf(material);
    this.#lookLater();
  }

  /** Resolves with the ports' numbers. `onFailure` is told which variable the port came from. */
  async listen(host: string): Promise<{ readonly tls?: number; readonly mutualTls?: number }> {
    const numbers: { tls?: number; mutualTls?: number } = {};
    for (const { port, number, entrance } of this.#ports) {
      try {
        numbers[entrance] = await port.listen(number, host);
      } catch (error) {
        throw new TlsPortFailure(entrance === 'tls' ? 'EVENKEEL_TLS_PORT' : 'EVENKEEL_MTLS_PORT', number, error);
      }
    }
    return numbers;
  }

  /** Reads the files again. What can not be used is reported, and what was there before goes on. */
  reload(): void {
    const { settings, clock, log } = this.#options;
    const read = readTlsMaterial(settings, clock.nowMs());
    if (!read.ok) {
      if (read.error !== this.#lastError) {
        log.error({}, `${read.error} The certificates read before are used on.`);
      }
      this.#lastError = read.error;
      return;
    }
    this.#lastError = undefined;
    if (textOf(read.material) === textOf(this.#material)) return;
    this.#material = read.material;
    for (const { port } of this.#ports) port.replace(read.material);
    log.info({ ends: new Date(read.material.endsMs).toISOString() }, 'new certificates are in use');
    this.#tellOf(read.material);
  }

  async close(): Promise<void> {
    this.#cancelLook();
    let cancel = (): void => {};
    const graceOver = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(CLOSE_GRACE_MS, resolve);
    });
    await Promise.all(this.#ports.map(({ port }) => port.close(graceOver)));
    cancel();
  }

  #add(entrance: 'tls' | 'mutualTls', number: number): void {
    const { clock, log, gateway, answer, handshakeMaxMs, settings } = this.#options;
    const { mutual } = settings;
    const port = new TlsPort(this.#material, {
      entrance,
      answer: entrance === 'tls' ? answer : (request, response) => onlyStations(gateway, request, response),
      nowMs: () => clock.nowMs(),
      ...(handshakeMaxMs === undefined ? {} : { handshakeMaxMs }),
      ...(mutual === 'off' || mutual.organization === undefined ? {} : { organization: mutual.organization }),
      onRefused: (fields) => log.warn(fields, 'a TLS connection was refused'),
    });
    gateway.attach(port.server, entrance);
    this.#ports.push({ port, number, entrance });
  }

  #tellOf({ endsMs, trust }: TlsMaterial): void {
    const { clock, log } = this.#options;
    if (endsMs - clock.nowMs() < ENDS_SOON_MS) {
      log.warn({ ends: new Date(endsMs).toISOString() }, 'a certificate of this service ends soon');
    }
    if (trust !== 'none' && trust.lists.length === 0) {
      log.warn({}, 'without EVENKEEL_MTLS_CRL a certificate that was revoked still lets its station in');
    }
  }

  #lookLater(): void {
    this.#cancelLook = this.#options.clock.after(LOOK_EVERY_MS, () => {
      this.reload();
      this.#lookLater();
    });
  }
}

/** A port could not be opened. */
export class TlsPortFailure extends Error {
  readonly variable: string;
  readonly number: number;

  constructor(variable: string, number: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.variable = variable;
    this.number = number;
  }
}

function onlyStations(gateway: Gateway, request: IncomingMessage, response: ServerResponse): void {
  if (gateway.answerPlainRequest(request, response)) return;
  response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
  response.end('This port is for charging stations.\n');
}

function textOf({ cert, key, trust }: TlsMaterial): string {
  return JSON.stringify([cert, key, trust === 'none' ? [] : [trust.ca, trust.lists.map(({ pem }) => pem)]]);
}
