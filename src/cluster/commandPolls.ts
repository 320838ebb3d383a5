import type { ServerResponse } from 'node:http';
import type { StoredNode } from '../store/store.js';

export interface CommandPoll {
  readonly planners: readonly StoredNode[];
  /** As it was asked, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly response: ServerResponse;
  /** Aborted when this process goes down: then who waits is answered. */
  readonly closing: AbortSignal;
}

export type PollOutcome =
  | 'answered'
  | { readonly status: 'gone'; readonly detail: string }
  | { readonly status: 'nobody'; readonly detail: string };

/** Where each planner was left, by its node. */
type Cursors = Readonly<Record<string, string>>;

interface Answer {
  readonly nodeId: string;
  readonly status: number;
  readonly body: string;
}

/** Longer than any wait that may be asked for. */
const ANSWER_AT_MOST_MS = 35_000;

/**
 * Asks every planner for the commands of its sites, and answers as soon as one has some: what the others would have said is asked for
 * again next time. The cursor holds that of each. Where one of them is gone, so are the commands that it gave.
 */
export async function pollAll({ planners, path, headers, response, closing }: CommandPoll): Promise<PollOutcome> {
  const query = new URL(path, 'http://here').searchParams;
  const after = query.get('after') ?? '';
  const cursors = after === '' || after === '0' ? {} : read(after);
  const known = new Set(planners.map(({ nodeId }) => nodeId));
  if (cursors === undefined || Object.keys(cursors).some((nodeId) => !known.has(nodeId)))
    return { status: 'gone', detail: 'A process that gave a part of this cursor is gone.' };
  if (planners.length === 0) return { status: 'nobody', detail: 'No planner is running.' };
  const stop = new AbortController();
  const onClosing = (): void => stop.abort();
  if (closing.aborted) onClosing();
  closing.addEventListener('abort', onClosing);
  response.on('close', () => stop.abort());
  const answers: Answer[] = [];
  const asked = planners.map(async ({ nodeId, url }) => {
    const target = new URL('/v1/commands', url);
    target.searchParams.set('wait', query.get('wait') ?? '0');
    const cursor = cursors[nodeId];
    if (cursor !== undefined) target.searchParams.set('after', cursor);
    const answer = await ask(target, headers, stop.signal);
    if (answer === undefined) return;
    answers.push({ nodeId, ...answer });
    if (isFinal(answer) || (answer.status === 200 && commandsOf(answer.body).length > 0)) stop.abort();
  });
  await Promise.all(asked);
  closing.removeEventListener('abort', onClosing);
  const told = answers.filter(({ status }) => status === 200);
  // One that is in trouble does not hide what the others say; its part of the cursor stays where it was.
  const refused = answers.find(isFinal) ?? (told.length === 0 && !stop.signal.aborted ? answers[0] : undefined);
  if (refused !== undefined) {
    send(response, refused.status, refused.body);
    return 'answered';
  }
  if (told.length === 0 && closing.aborted) {
    send(response, 200, JSON.stringify({ cursor: after === '' ? '0' : after, commands: [] }));
    return 'answered';
  }
  if (told.length === 0 && !stop.signal.aborted) return { status: 'nobody', detail: 'No planner answered.' };
  const next = Object.fromEntries(told.map(({ nodeId, body }) => [nodeId, String(Object(JSON.parse(body)).cursor)]));
  const commands = told.flatMap(({ body }) => commandsOf(body));
  send(response, 200, JSON.stringify({ cursor: write({ ...cursors, ...next }), commands }));
  return 'answered';
}

async function ask(url: URL, headers: Readonly<Record<string, string>>, stop: AbortSignal) {
  try {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(ANSWER_AT_MOST_MS)]);
    const answer = await fetch(url, { headers, signal });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return undefined;
  }
}

/** Whether it would be refused by any of them, again and again. */
function isFinal({ status }: Pick<Answer, 'status'>): boolean {
  return status >= 400 && status < 500 && status !== 429;
}

function commandsOf(body: string): readonly unknown[] {
  const { commands } = Object(JSON.parse(body));
  return Array.isArray(commands) ? commands : [];
}

function send(response: ServerResponse, status: number, body: string): void {
  if (response.destroyed || response.headersSent) return;
  const type = status === 200 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` });
  response.end(body);
}

function write(cursors: Cursors): string {
  return Buffer.from(JSON.stringify(cursors)).toString('base64url');
}

function read(cursor: string): Cursors | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const entries = Object.entries(Object(parsed));
    return entries.length > 0 && entries.every(([, value]) => typeof value === 'string')
      ? (Object.fromEntries(entries) as Cursors)
      : undefined;
  } catch {
    return undefined;
  }
}
