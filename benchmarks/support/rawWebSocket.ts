import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

// A web-socket client that costs as little as it can, so that the server is what is measured: frames are masked beforehand, nothing
// is decoded that nobody looks at. It relies on what our servers do: no extensions, no fragments. Not for anything but benchmarks.

export interface WebSocketAddress {
  readonly port: number;
  readonly path: string;
  readonly subprotocol: string;
  /** Over TLS, with a server that this authority vouches for. */
  readonly ca?: string;
  /** The Authorization header. */
  readonly authorization?: string;
}

export interface RawWebSocket {
  /** Called with the payload of each text message; the buffer is only lent. `arrivedMs` is of the clock of performance.now(). */
  onMessage: (payload: Buffer, arrivedMs: number) => void;
  /** The connection ended, and not by `close`. Where nobody listens, that ends the benchmark. */
  onLost: ((why: string) => void) | undefined;
  /** A frame made by textFrame. */
  write(frame: Buffer): void;
  /** Resolves when the socket is gone. */
  close(): Promise<void>;
}

/** The server answered with something else than a web socket. */
export class HandshakeRefused extends Error {
  readonly retryAfterS: number | undefined;

  constructor(message: string, retryAfter: string | undefined) {
    super(message);
    this.retryAfterS = retryAfter === undefined ? undefined : Number(retryAfter);
  }
}

const HOST = '127.0.0.1';
/** Any will do but 0, which servers recognise and need not take off. */
const MASK = Buffer.from([0x5a, 0x17, 0xc3, 0x2e]);
const TEXT_FRAME = 0x81;
const PONG_FRAME = 0x8a;
const OPCODE = { text: 1, close: 8, ping: 9 } as const;
const HANDSHAKE_MAX_BYTES = 8192;

export async function openWebSocket(address: WebSocketAddress): Promise<RawWebSocket> {
  const socket = await connected(address);
  socket.write(
    [
      `GET ${address.path} HTTP/1.1`,
      `Host: ${HOST}:${address.port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      `Sec-WebSocket-Protocol: ${address.subprotocol}`,
      ...(address.authorization === undefined ? [] : [`Authorization: ${address.authorization}`]),
      '\r\n',
    ].join('\r\n'),
  );
  const rest = await handshakeAnswer(socket, address.path);
  return new Connection(socket, rest);
}

async function connected({ port, ca }: WebSocketAddress): Promise<Socket> {
  if (ca === undefined) {
    const socket = connect({ host: HOST, port, noDelay: true });
    await once(socket, 'connect');
    return socket;
  }
  const socket = connectTls({ host: HOST, port, ca });
  socket.setNoDelay(true);
  await once(socket, 'secureConnect');
  return socket;
}

/** Resolves with what came after the answer's head. */
async function handshakeAnswer(socket: Socket, path: string): Promise<Buffer> {
  const ended = new AbortController();
  const onClose = () => ended.abort();
  socket.once('close', onClose);
  try {
    return await readAnswer(socket, path, ended.signal);
  } finally {
    socket.off('close', onClose);
  }
}

async function readAnswer(socket: Socket, path: string, signal: AbortSignal): Promise<Buffer> {
  let received = Buffer.alloc(0);
  for (;;) {
    const [chunk] = (await once(socket, 'data', { signal })) as [Buffer];
    received = Buffer.concat([received, chunk]);
    const end = received.indexOf('\r\n\r\n');
    if (end >= 0) {
      const status = received.toString('latin1', 0, received.indexOf('\r\n'));
      if (!status.startsWith('HTTP/1.1 101')) {
        socket.destroy();
        const retryAfter = /^retry-after: (\d+)\r$/im.exec(received.toString('latin1', 0, end + 2))?.[1];
        throw new HandshakeRefused(`${path} was refused: ${status}`, retryAfter);
      }
      socket.pause();
      return received.subarray(end + 4);
    }
    if (received.length > HANDSHAKE_MAX_BYTES) throw new Error(`${path}: the answer to the handshake does not end`);
  }
}

class Connection implements RawWebSocket {
  onMessage: RawWebSocket['onMessage'] = () => {};
  onLost: RawWebSocket['onLost'];
  readonly #socket: Socket;
  #unread: Buffer;
  #closing = false;

  constructor(socket: Socket, unread: Buffer) {
    this.#socket = socket;
    this.#unread = Buffer.alloc(0);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#lost(error.message));
    socket.on('close', () => this.#lost('closed'));
    // On a later turn, so that whoever opened it has set onMessage.
    setImmediate(() => {
      if (unread.length > 0) this.#take(unread);
      socket.resume();
    });
  }

  write(frame: Buffer): void {
    this.#socket.write(frame);
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.#socket.closed) return;
    const closed = once(this.#socket, 'close');
    this.#socket.destroy();
    await closed;
  }

  #take(chunk: Buffer): void {
    const arrivedMs = performance.now();
    let data = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    for (let frame = readFrame(data); frame !== undefined; frame = readFrame(data)) {
      data = data.subarray(frame.end);
      if (frame.opcode === OPCODE.text) this.onMessage(frame.payload, arrivedMs);
      else if (frame.opcode === OPCODE.ping) this.write(maskedFrame(PONG_FRAME, frame.payload));
      else if (frame.opcode === OPCODE.close) this.#lost(`closed by the server: ${frame.payload.toString('utf8', 2)}`);
    }
    this.#unread = data;
  }

  /** Once. */
  #lost(why: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket.destroy();
    if (this.onLost === undefined) throw new Error(`a benchmark's connection was lost: ${why}`);
    this.onLost(why);
  }
}

interface ReadFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly end: number;
}

/** A whole unmasked frame at the start of the data; undefined while part of it is missing. RFC 6455, section 5.2. */
function readFrame(data: Buffer): ReadFrame | undefined {
  if (data.length < 2) return undefined;
  const short = data.readUInt8(1) & 0x7f;
  const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (data.length < headBytes) return undefined;
  const length = short < 126 ? short : short === 126 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  const end = headBytes + length;
  if (data.length < end) return undefined;
  return { opcode: data.readUInt8(0) & 0x0f, payload: data.subarray(headBytes, end), end };
}

/** A text message as a client sends it. */
export function textFrame(text: string): Buffer {
  return maskedFrame(TEXT_FRAME, Buffer.from(text, 'utf8'));
}

function maskedFrame(first: number, payload: Buffer): Buffer {
  const long = payload.length > 125;
  if (payload.length > 0xffff) throw new Error('a benchmark sends nothing that long');
  const head = Buffer.alloc((long ? 4 : 2) + MASK.length);
  head.writeUInt8(first, 0);
  head.writeUInt8(0x80 | (long ? 126 : payload.length), 1);
  if (long) head.writeUInt16BE(payload.length, 2);
  MASK.copy(head, head.length - MASK.length);
  const masked = Buffer.from(payload);
  for (let index = 0; index < masked.length; index++) {
    masked[index] = (masked[index] ?? 0) ^ (MASK[index % MASK.length] ?? 0);
  }
  return Buffer.concat([head, masked]);
}
