import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { readSite } from '../../../src/api/sites/document.js';
import { EventStreams } from '../../../src/api/state/eventStreams.js';
import { Problem } from '../../../src/site/problem.js';
import { FakeService, NOW_MS } from './fakeService.js';
import { ManualClock } from './harness.js';

/** A response whose reader takes what it is given only while `reading`. */
class FakeResponse extends EventEmitter {
  readonly written: string[] = [];
  readonly socket = { destroyed: false };
  destroyed = false;
  ended = false;
  reading = true;
  head: Record<string, unknown> = {};

  writeHead(_status: number, head: Record<string, unknown>): void {
    this.head = head;
  }

  write(text: string): boolean {
    this.written.push(text);
    return this.reading;
  }

  resume(): void {
    this.reading = true;
    this.emit('drain');
  }

  end(): void {
    this.ended = true;
    this.emit('close');
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }

  /** The events so far, by name, with the instant that states carry. */
  get events(): readonly string[] {
    return this.written.flatMap((text) => {
      const name = /^event: (\w+)$/m.exec(text)?.[1];
      const id = /^id: (\d+)-/m.exec(text)?.[1];
      return name === undefined ? [] : [name === 'state' ? `state+${Number(id) - NOW_MS}` : name];
    });
  }
}

let service: FakeService;
let clock: ManualClock;
let failures: unknown[];
let allowed: () => Promise<boolean>;
let streams: EventStreams;
let response: FakeResponse;

beforeEach(async () => {
  service = new FakeService();
  clock = new ManualClock();
  failures = [];
  allowed = async () => true;
  const circuits = [{ id: 'grid', limitA: { L1: 63, L2: 63, L3: 63 } }];
  await service.putSite(readSite('depot', { name: 'Depot', timeZone: 'UTC', circuits, stations: [] }));
  streams = new EventStreams({
    source: service,
    clock,
    streamsMax: 2,
    onFailure: (error) => failures.push(error),
  });
  response = new FakeResponse();
});

function open(to: FakeResponse = response): void {
  streams.open(
    to as unknown as ServerResponse,
    { 'x-kept': 'yes' },
    {
      first: streams.admit('depot'),
      isStillAllowed: () => allowed(),
    },
  );
}

describe('an event stream', () => {
  it('begins with a retry hint and the whole state, and keeps the headers that were set', () => {
    open();
    expect(response.written[0]).toBe('retry: 2000\n\n');
    expect(response.events).toEqual(['state+0']);
    expect(response.head).toMatchObject({ 'x-kept': 'yes', 'content-type': expect.stringContaining('event-stream') });
  });

  it('sends at most four states a second, and always the newest in the end', () => {
    open();
    for (let count = 0; count < 100; count += 1) {
      service.change('depot');
      clock.advance(10);
    }
    clock.advance(250);
    const states = response.events;
    expect(states.length).toBeLessThanOrEqual(6);
    expect(states.at(-1)).toBe('state+100');
  });

  it('sends a change at once when none came lately', () => {
    open();
    clock.advance(1_000);
    service.change('depot');
    expect(response.events.at(-1)).toBe('state+1');
  });

  it('beats every 5 s', () => {
    open();
    clock.advance(15_000);
    expect(response.events).toEqual(['state+0', 'beat', 'beat', 'beat']);
  });

  it('gives a slow reader nothing until it reads again, and then only the newest', () => {
    open();
    clock.advance(1_000);
    response.reading = false;
    service.change('depot');
    for (let count = 0; count < 10; count += 1) {
      clock.advance(1_000);
      service.change('depot');
    }
    expect(response.events).toEqual(['state+0', 'state+1']);
    response.resume();
    expect(response.events).toEqual(['state+0', 'state+1', 'state+11']);
  });

  it('lets a reader go that takes nothing for 30 s', () => {
    open();
    clock.advance(1_000);
    response.reading = false;
    service.change('depot');
    clock.advance(40_000);
    expect(response.destroyed).toBe(true);
    expect(streams.count).toBe(0);
  });

  it('leaves nothing behind when its reader leaves', () => {
    open();
    service.change('depot');
    response.emit('close');
    expect(streams.count).toBe(0);
    expect(clock.pending).toBe(0);
    expect(service.watchers.get('depot')?.size).toBe(0);
    service.change('depot');
    expect(response.events).toEqual(['state+0']);
  });

  it('survives an error of its socket', () => {
    open();
    response.emit('error', new Error('EPIPE'));
    expect(streams.count).toBe(0);
  });

  it('is not begun for a reader that left before', () => {
    response.socket.destroyed = true;
    open();
    expect(response.written).toEqual([]);
    expect(streams.count).toBe(0);
    expect(service.watchers.get('depot')).toBeUndefined();
  });

  it('ends with "gone" when its site is deleted', async () => {
    open();
    await service.deleteSite('depot');
    clock.advance(5_000);
    expect(response.events.at(-1)).toBe('gone');
    expect(response.ended).toBe(true);
  });

  it('ends, and says why, when a state can not be written; the others go on', () => {
    const other = new FakeResponse();
    open();
    open(other);
    clock.advance(1_000);
    const bad = { ...service.getState('depot'), atMs: Number.NaN };
    const [first] = service.watchers.get('depot') ?? [];
    first?.(bad);
    expect(response.ended).toBe(true);
    expect(failures).toHaveLength(1);
    clock.advance(1_000);
    service.change('depot');
    expect(other.events.at(-1)).toBe('state+1');
  });

  it('is refused beyond the bound, and after closing, with OVERLOADED', () => {
    open();
    open(new FakeResponse());
    expect(() => streams.admit('depot')).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    streams.closeAll();
    expect(streams.count).toBe(0);
    expect(response.ended).toBe(true);
    expect(() => streams.admit('depot')).toThrow(Problem);
  });
});

describe('a reader whose key or session is over', () => {
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it('is let go within ten seconds', async () => {
    open();
    clock.advance(10_000);
    await settle();
    expect(response.ended).toBe(false);
    allowed = async () => false;
    clock.advance(10_000);
    await settle();
    expect([response.ended, streams.count, clock.pending]).toEqual([true, 0, 0]);
  });

  it('reads on while nobody can say whether it is', async () => {
    allowed = async () => {
      throw new Error('the store does not answer');
    };
    open();
    clock.advance(10_000);
    await settle();
    expect([response.ended, failures.length]).toEqual([false, 1]);
  });
});
