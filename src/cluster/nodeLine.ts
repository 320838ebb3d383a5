import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { BusError } from '../bus/bus.js';
import type { StoredNode } from '../store/store.js';
import { readBody } from './forward.js';
import { isSealed, OnceOnly, type Sealed, sealOf } from './lineSeal.js';
import type { NodeKeys } from './nodeKeys.js';

export interface NodeLineOptions {
  readonly nodeId: string;
  readonly keys: Pick<NodeKeys, 'own' | 'of'>;
  readonly nodes: () => readonly StoredNode[];
}

const PATH = '/internal/line';
const FROM_HEADER = 'x-evenkeel-from';
const SEQ_HEADER = 'x-evenkeel-seq';
const SEAL_HEADER = 'x-evenkeel-seal';
const BODY_MAX_BYTES = 2 * 1024 * 1024;
const CONNECT_AT_MOST_MS = 2_000;
const SOCKETS_MAX = 64;
/** Under way to all others together; what comes beyond is refused rather than piled up. */
const ASKED_MAX = 5_000;
const NOT_SENT_CODES: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'];

/**
 * From process to process over HTTP, without Redis: for while that is away. Each question and each answer is sealed, so that nobody
 * else can ask, answer, or ask the same once more; to whoever can't, there is nothing at this address.
 */
export class NodeLine {
  private readonly options: NodeLineOptions;
  private readonly once = new OnceOnly();
  private readonly agents = {
    'http:': new HttpAgent({ keepAlive: true, maxSockets: SOCKETS_MAX }),
    'https:': new HttpsAgent({ keepAlive: true, maxSockets: SOCKETS_MAX }),
  };
  private handler: ((body: unknown) => Promise<unknown>) | undefined;
  private seq = 0;
  private asked = 0;

  constructor(options: NodeLineOptions) {
    this.options = options;
  }

  /** The other processes, as far as they are known. */
  others(): readonly string[] {
    const { nodes, nodeId } = this.options;
    return nodes().flatMap((node) => (node.nodeId === nodeId ? [] : [node.nodeId]));
  }

  serve(handler: (body: unknown) => Promise<unknown>): void {
    this.handler = handler;
  }

  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  /** True: it was for this line, and is answered. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.url !== PATH || request.method !== 'POST') return false;
    void this.answerSealed(request, response).catch(() => response.destroy());
    return true;
  }

  /** Throws BusError. */
  async request(nodeId: string, body: unknown, timeoutMs: number): Promise<unknown> {
    const node = this.options.nodes().find((one) => one.nodeId === nodeId);
    const key = this.options.keys.of(nodeId);
    if (node === undefined) throw new BusError('NOBODY', `There is no process ${nodeId}.`);
    if (key === undefined) throw new BusError('NOT_SENT', `The key of ${nodeId} is not known.`);
    if (this.asked >= ASKED_MAX) throw new BusError('NOT_SENT', 'Too much is under way to other processes.');
    this.asked += 1;
    try {
      const text = await this.exchange(new URL(PATH, node.url), { key, to: nodeId, body, timeoutMs });
      const answer = Object(JSON.parse(text));
      if ('failed' in answer) throw new BusError('FAILED', String(answer.failed));
      return answer.answered;
    } finally {
      this.asked -= 1;
    }
  }

  private exchange(
    url: URL,
    { key, to, body, timeoutMs }: { key: string; to: string; body: unknown; timeoutMs: number },
  ): Promise<string> {
    const question: Sealed = {
      kind: 'question',
      from: this.options.nodeId,
      to,
      seq: ++this.seq,
      body: JSON.stringify(body),
    };
    const isTls = url.protocol === 'https:';
    return new Promise((resolve, reject) => {
      const send = isTls ? httpsRequest : httpRequest;
      let isConnected = false;
      const fail = (error: unknown): void => {
        const code = Object(error).code;
        const isUnsent = !isConnected || NOT_SENT_CODES.includes(code);
        const why = error instanceof Error ? error.message : String(error);
        reject(new BusError(isUnsent ? 'NOT_SENT' : 'NO_ANSWER', `${to} can not be reached directly: ${why}`, error));
      };
      const asked = send(url, {
        method: 'POST',
        agent: isTls ? this.agents['https:'] : this.agents['http:'],
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(question.body),
          [FROM_HEADER]: question.from,
          [SEQ_HEADER]: question.seq,
          [SEAL_HEADER]: sealOf(key, question),
        },
      });
      const connecting = setTimeout(() => {
        if (!isConnected) asked.destroy(new Error('no connection'));
      }, CONNECT_AT_MOST_MS);
      const patience = setTimeout(() => asked.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      const done = (): void => {
        clearTimeout(connecting);
        clearTimeout(patience);
      };
      asked.on('socket', (socket) => {
        // One that is kept never connects again.
        if (!socket.connecting) isConnected = true;
        else
          socket.once('connect', () => {
            isConnected = true;
          });
      });
      asked.on('error', (error) => {
        done();
        fail(error);
      });
      asked.on('response', (response) => {
        readBody(response, BODY_MAX_BYTES)
          .then((answer) => {
            const seal = String(response.headers[SEAL_HEADER]);
            const isGood =
              response.statusCode === 200 &&
              answer !== 'tooLarge' &&
              isSealed(key, { ...question, kind: 'answer', body: answer }, seal);
            if (isGood) resolve(answer.toString('utf8'));
            // Who refuses to read it has not carried it out.
            else if (response.statusCode === 404)
              reject(new BusError('NOBODY', `${to} does not answer at ${url.origin}.`));
            else reject(new BusError('NO_ANSWER', `What ${url.origin} answered is not from ${to}.`));
          })
          .catch(fail)
          .finally(done);
      });
      asked.end(question.body);
    });
  }

  private async answerSealed(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { nodeId, keys } = this.options;
    const from = String(request.headers[FROM_HEADER]);
    const seq = Number(request.headers[SEQ_HEADER]);
    const seal = String(request.headers[SEAL_HEADER]);
    const body = await readBody(request, BODY_MAX_BYTES);
    const { handler } = this;
    if (
      body === 'tooLarge' ||
      handler === undefined ||
      !Number.isSafeInteger(seq) ||
      !isSealed(keys.own, { kind: 'question', from, to: nodeId, seq, body }, seal) ||
      !this.once.take(from, seq)
    ) {
      response.writeHead(404, { connection: 'close', 'content-type': 'text/plain; charset=utf-8' });
      response.end('Not found.\n');
      return;
    }
    const answer = JSON.stringify(
      await handler(JSON.parse(body.toString('utf8'))).then(
        (answered) => ({ answered }),
        (error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) }),
      ),
    );
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(answer),
      [SEAL_HEADER]: sealOf(keys.own, { kind: 'answer', from, to: nodeId, seq, body: answer }),
    });
    response.end(answer);
  }
}
