import type { Socket } from 'node:net';
import { networkOf } from '../addresses.js';

const HANDSHAKES_MAX = 2_000;
const OF_ONE_NETWORK_MAX = 500;

/** TLS handshakes that have begun and not ended: each holds memory, and may be dragged out until it is timed out. */
export class HandshakesUnderWay {
  readonly #ofOneNetworkMax: number;
  /** The network that each comes from, by its address and port: TLS has its own object for the same connection. */
  readonly #networks = new Map<string, string>();

  constructor(ofOneNetworkMax = OF_ONE_NETWORK_MAX) {
    this.#ofOneNetworkMax = ofOneNetworkMax;
  }

  get count(): number {
    return this.#networks.size;
  }

  /** False when there are too many. */
  begin(socket: Socket): boolean {
    const key = endpointOf(socket);
    const network = networkOf(socket.remoteAddress ?? 'unknown');
    if (this.#networks.size >= HANDSHAKES_MAX || this.#countOf(network) >= this.#ofOneNetworkMax) return false;
    this.#networks.set(key, network);
    socket.once('close', () => this.#networks.delete(key));
    return true;
  }

  ended(socket: Socket): void {
    this.#networks.delete(endpointOf(socket));
  }

  #countOf(network: string): number {
    let count = 0;
    for (const other of this.#networks.values()) if (other === network) count++;
    return count;
  }
}

function endpointOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
