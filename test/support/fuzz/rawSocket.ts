import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** RFC 6455's opcodes; those left out are reserved. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const CONNECT_AT_MOST_MS = 5_000;
const HEAD_END = '\r\n\r\n';

export interface FrameOptions {
  /** Default: true. */
  readonly fin?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
  /** Default: true, as a client must. */
  readonly masked?: boolean;
  /** What the header says, where it lies. */
  readonly claimedLength?: number;
}

/** One frame of a web socket, byte by byte as a client writes it: also such as no library would send. */
export function frameBytes(opcode: number, payload: Buffer, options: FrameOptions = {}): Buffer {
  const { fin = true, reserved = 0, masked = true, claimedLength = payload.length } = options;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const maskBit = masked ? 0x80 : 0;
  const key = masked ? randomBytes(4) : Buffer.alloc(0);
  const body = masked ? payload.map((byte, i) => byte ^ (key[i % 4] ?? 0)) : payload;
  return Buffer.concat([Buffer.from([first]), lengthBytes(claimedLength, maskBit), key, body]);
}

function lengthBytes(length: number, maskBit: number): Buffer {
  if (length < 126) return Buffer.from([maskBit | length]);
  if (length < 65_536) {
    const bytes = Buffer.from([maskBit | 126, 0, 0]);
    bytes.writeUInt16BE(length, 1);
    return bytes;
  }
  const bytes = Buffer.alloc(9);
  bytes[0] = maskBit | 127;
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

interface Address {
  readonly port: number;
  readonly stationId: string;
  readonly password: string;
  readonly subprotocol: string;
}

/** A web socket made of a bare TCP socket, so that everything below the frames can go wrong too. */
export class RawSocket {
  readonly #socket: Socket;
  readonly #onText: (text: string) => void;
  #buffered: Buffer = Buffer.alloc(0);

  /** Undefined where it was not let in. */
  static open(address: Address, onText: (text: string) => void): Promise<RawSocket | undefined> {
    return new Promise((resolve) => {
      const socket = connect(address.port, '127.0.0.1');
      let head = Buffer.alloc(0);
      const giveUp = (): void => {
        socket.destroy();
        resolve(undefined);
      };
      socket.setTimeout(CONNECT_AT_MOST_MS, giveUp);
      socket.on('error', giveUp);
      socket.once('close', giveUp);
      socket.once('connect', () => socket.write(handshakeOf(address)));
      const onData = (data: Buffer): void => {
        head = Buffer.concat([head, data]);
        const end = head.indexOf(HEAD_END);
        if (end === -1) return;
        if (!head.toString('latin1').startsWith('HTTP/1.1 101 ')) {
          giveUp();
          return;
        }
        socket.off('data', onData);
        socket.off('close', giveUp);
        socket.setTimeout(0);
        const raw = new RawSocket(socket, onText);
        raw.#received(head.subarray(end + HEAD_END.length));
        resolve(raw);
      };
      socket.on('data', onData);
    });
  }

  private constructor(socket: Socket, onText: (text: string) => void) {
    this.#socket = socket;
    this.#onText = onText;
    socket.on('data', (data) => this.#received(data as Buffer));
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** As it is; into a socket that was closed, nothing. */
  write(bytes: Buffer): void {
    if (this.isOpen) this.#socket.write(bytes);
  }

  text(text: string): void {
    this.write(frameBytes(OPCODE.text, Buffer.from(text)));
  }

  /** Says that no more will come, and goes on reading. */
  halfClose(): void {
    this.#socket.end();
  }

  stopReading(): void {
    this.#socket.pause();
  }

  readAgain(): void {
    this.#socket.resume();
  }

  /** As a cut cable, or, `withReset`, as a modem that reboots. */
  destroy(withReset = false): void {
    if (withReset && !this.#socket.destroyed) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  #received(data: Buffer): void {
    this.#buffered = Buffer.concat([this.#buffered, data]);
    for (let frame = frameIn(this.#buffered); frame !== undefined; frame = frameIn(this.#buffered)) {
      this.#buffered = this.#buffered.subarray(frame.end);
      if (frame.opcode === OPCODE.text) this.#onText(frame.payload.toString('utf8'));
      if (frame.opcode === OPCODE.ping) this.write(frameBytes(OPCODE.pong, frame.payload));
      if (frame.opcode === OPCODE.close) this.#socket.end();
    }
  }
}

/** The service never fragments and never masks. */
function frameIn(
  bytes: Buffer,
): { readonly opcode: number; readonly payload: Buffer; readonly end: number } | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) return undefined;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + length) return undefined;
  return { opcode: first & 0x0f, payload: bytes.subarray(start, start + length), end: start + length };
}

function handshakeOf({ port, stationId, password, subprotocol }: Address): string {
  return [
    `GET /ocpp/${stationId} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `Sec-WebSocket-Protocol: ${subprotocol}`,
    `Authorization: Basic ${Buffer.from(`${stationId}:${password}`).toString('base64')}`,
    '\r\n',
  ].join('\r\n');
}
