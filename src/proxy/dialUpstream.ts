import type { ClientRequestArgs, IncomingMessage } from 'node:http';
import { type ClientOptions, WebSocket } from 'ws';
import type { Outbound } from '../outbound/outbound.js';
import type { Clock } from '../site/clock.js';

export type Dialled =
  /** Paused: nothing that the CSMS says is lost before somebody listens. */
  | { readonly outcome: 'open'; readonly socket: WebSocket }
  /** The CSMS answered, and does not take the station. */
  | { readonly outcome: 'refused'; readonly status: number }
  | { readonly outcome: 'unreachable'; readonly reason: string };

export interface DialOptions {
  readonly outbound: Pick<Outbound, 'check' | 'dialOptions'>;
  readonly clock: Clock;
  readonly url: string;
  readonly stationId: string;
  /** In the station's order. */
  readonly subprotocols: readonly string[];
  readonly authorization: string | undefined;
  readonly timeoutMs: number;
  readonly maxPayloadBytes: number;
}

const CLOSE_TIMEOUT_MS = 2_000;

/** Opens the station's socket to its CSMS: the same identity, the same offer of subprotocols. Never rejects. */
export function dialUpstream(options: DialOptions): Promise<Dialled> {
  const verdict = options.outbound.check(options.url);
  if (!verdict.ok) return Promise.resolve({ outcome: 'unreachable', reason: verdict.reason });
  return new Promise((resolve) => {
    const socket = openSocket(addressOf(verdict.url, options.stationId), options, verdict.url);
    let isSettled = false;
    const cancel = options.clock.after(options.timeoutMs, () =>
      settle({ outcome: 'unreachable', reason: 'no answer' }),
    );
    const settle = (dialled: Dialled): void => {
      if (isSettled) return;
      isSettled = true;
      cancel();
      if (dialled.outcome !== 'open') socket.terminate();
      resolve(dialled);
    };
    // It stays: an error without a listener ends the process.
    socket.on('error', (error) => settle({ outcome: 'unreachable', reason: error.message }));
    socket.on('close', () => settle({ outcome: 'unreachable', reason: 'it was closed at once' }));
    socket.on('unexpected-response', (request, response: IncomingMessage) => {
      response.resume();
      request.destroy();
      settle(verdictOf(response.statusCode ?? 0));
    });
    socket.on('open', () => {
      socket.pause();
      settle(options.subprotocols.includes(socket.protocol) ? { outcome: 'open', socket } : NO_SUBPROTOCOL);
    });
  });
}

const NO_SUBPROTOCOL: Dialled = { outcome: 'unreachable', reason: 'it took none of the subprotocols' };

/** What says no to this station is passed on; what says that the CSMS is not well, or moved, says nothing of the station. */
function verdictOf(status: number): Dialled {
  const isRefusal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return isRefusal ? { outcome: 'refused', status } : { outcome: 'unreachable', reason: `it answered ${status}` };
}

function addressOf(url: URL, stationId: string): string {
  const address = new URL(url);
  address.pathname = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(stationId)}`;
  if (address.protocol === 'https:') address.protocol = 'wss:';
  if (address.protocol === 'http:') address.protocol = 'ws:';
  return address.href;
}

function openSocket(address: string, options: DialOptions, url: URL): WebSocket {
  const { authorization, maxPayloadBytes, outbound, timeoutMs } = options;
  // closeTimeout is missing from the published types of ws; lookup it hands on to the connection.
  const clientOptions: ClientOptions & ClientRequestArgs & { readonly closeTimeout: number } = {
    ...outbound.dialOptions(url),
    headers: authorization === undefined ? {} : { Authorization: authorization },
    handshakeTimeout: timeoutMs,
    maxPayload: maxPayloadBytes,
    // It opens the door to deflate bombs.
    perMessageDeflate: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  return new WebSocket(address, [...options.subprotocols], clientOptions);
}
