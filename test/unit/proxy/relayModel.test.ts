import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFrame } from '../../../src/ocpp/frame.js';
import { Relay } from '../../../src/proxy/relay.js';
import { type Effect, type Lane, type Leg, RELAY_LIMITS, type RelayedCall } from '../../../src/proxy/relayMessages.js';

// A model of what passes between a station and its CSMS, over calls, injections, timeouts, losses and reconnects, in virtual time.

type Step =
  | { readonly do: 'call'; readonly by: Leg; readonly action: string }
  | { readonly do: 'answer'; readonly by: Leg; readonly pick: number; readonly isError: boolean }
  | { readonly do: 'answerAgain'; readonly by: Leg; readonly pick: number }
  | { readonly do: 'inject'; readonly lane: Lane }
  | { readonly do: 'injectUpstream' }
  | { readonly do: 'endInterposed'; readonly isPassedOn: boolean }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'loseUpstream' }
  | { readonly do: 'upstreamBack' }
  | { readonly do: 'answerAlone' }
  | { readonly do: 'garbage'; readonly by: Leg };

const INTERPOSED = 'SetChargingProfile';
const leg = fc.constantFrom<Leg>('station', 'upstream');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('call' as const), by: leg, action: fc.constantFrom('A', 'B', INTERPOSED) }),
  },
  {
    weight: 7,
    arbitrary: fc.record({ do: fc.constant('answer' as const), by: leg, pick: fc.nat(3), isError: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('answerAgain' as const), by: leg, pick: fc.nat(5) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('inject' as const),
      lane: fc.constantFrom<Lane>('lowering', 'forCsms', 'other'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'injectUpstream' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('endInterposed' as const), isPassedOn: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 5_000, 20_000, 31_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'loseUpstream' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'upstreamBack' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'answerAlone' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('garbage' as const), by: leg }) },
);

interface Known {
  readonly id: string;
  readonly text: string;
  readonly by: Leg;
  readonly epoch: number;
}

class World {
  nowMs = 1_000_000;
  nextId = 1;
  epoch = 0;
  isUp = true;
  readonly ownIds = new Set<string>();
  /** Calls that were said, by who said them. */
  readonly said: Known[] = [];
  /** Under way on each leg, by our word: not answered and not given up. */
  readonly outstanding: Record<Leg, { id: string; sentMs: number; withinMs: number } | undefined> = {
    station: undefined,
    upstream: undefined,
  };
  /** Every call that was sent to a leg, in order. */
  readonly sentTo: Record<Leg, { id: string; text: string; epoch: number }[]> = { station: [], upstream: [] };
  readonly repliesTo: Record<Leg, string[]> = { station: [], upstream: [] };
  readonly answers: string[] = [];
  readonly refused = new Set<string>();
  readonly settled = new Map<number, string>();
  readonly interposed: RelayedCall[] = [];
  readonly passedOn = new Set<string>();
  readonly unsent: string[] = [];
  readonly answeredAlone = new Set<string>();
  nextTicket = 1;
  readonly relay = new Relay({
    hasOneWayMessages: false,
    errorCodes: { frame: 'F', formation: 'F', generic: 'GenericError' },
    newId: () => {
      const id = `own-${this.nextId++}`;
      this.ownIds.add(id);
      return id;
    },
    isInterposed: ({ action }) => action === INTERPOSED,
    isLocal: () => false,
  });

  take(effects: readonly Effect[]): void {
    const queue = [...effects];
    do {
      for (let effect = queue.shift(); effect !== undefined; effect = queue.shift()) this.one(effect);
      queue.push(...this.relay.pump(this.nowMs));
    } while (queue.length > 0);
  }

  one(effect: Effect): void {
    if (effect.type === 'interposed') this.interposed.push(effect.call);
    if (effect.type === 'unsent') this.unsent.push(effect.call.id);
    if (effect.type === 'settled') {
      expect(this.settled.has(effect.ticket), 'a call of ours ends once').toBe(false);
      this.settled.set(effect.ticket, effect.outcome.outcome);
    }
    if (effect.type !== 'send') return;
    const frame = parseFrame(effect.text);
    if (frame.kind === 'call') this.calledTo(effect.to, frame.id, effect.text);
    else if ('id' in frame && frame.id !== undefined && frame.id !== '-1') {
      this.repliesTo[effect.to].push(frame.id);
      if (frame.kind === 'error' && frame.code === 'GenericError' && effect.to === 'upstream')
        this.refused.add(frame.id);
    }
  }

  calledTo(to: Leg, id: string, text: string): void {
    const before = this.outstanding[to];
    expect(before, `one call at a time to ${to}`).toBeUndefined();
    if (to === 'upstream') expect(this.isUp, 'nothing is asked of a CSMS that is gone').toBe(true);
    const isOwn = this.ownIds.has(id);
    const withinMs = isOwn
      ? 15_000
      : to === 'station'
        ? RELAY_LIMITS.stationAnswersWithinMs
        : RELAY_LIMITS.csmsAnswersWithinMs;
    this.outstanding[to] = { id, sentMs: this.nowMs, withinMs };
    this.sentTo[to].push({ id, text, epoch: this.epoch });
    if (isOwn) return;
    const said = this.said.findLast((one) => one.id === id);
    expect(said?.text, 'byte for byte').toBe(text);
    expect(this.refused.has(id), 'nothing is sent after its CALLERROR').toBe(false);
    if (to === 'station') expect(said?.epoch, 'nothing of an earlier connection of the CSMS').toBe(this.epoch);
  }

  elapse(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const nextMs = this.relay.nextMs;
      if (nextMs === undefined || nextMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, nextMs);
      for (const of of ['station', 'upstream'] as const) {
        const under = this.outstanding[of];
        if (under !== undefined && under.sentMs + under.withinMs <= this.nowMs) this.outstanding[of] = undefined;
      }
      this.take(this.relay.tick(this.nowMs));
    }
    this.nowMs = endMs;
  }

  run(step: Step): unknown {
    switch (step.do) {
      case 'call': {
        if (step.by === 'upstream' && !this.isUp) return undefined;
        const id = `${step.by}-${this.nextId++}`;
        const text = `[2, "${id}",  "${step.action}", {"n": 1.0}]`;
        this.said.push({ id, text, by: step.by, epoch: this.epoch });
        return this.take(this.relay.received(step.by, text, this.nowMs));
      }
      case 'answer':
      case 'answerAgain': {
        if (step.by === 'upstream' && !this.isUp) return undefined;
        const under = this.outstanding[step.by];
        const all = this.sentTo[step.by].filter(({ epoch }) => step.by === 'station' || epoch === this.epoch);
        // Mostly what is asked now; sometimes what was asked before, or was answered already.
        const id = step.do === 'answer' && under !== undefined && step.pick < 3 ? under.id : all.at(-1 - step.pick)?.id;
        if (id === undefined) return undefined;
        if (under?.id === id) this.outstanding[step.by] = undefined;
        const text = 'isError' in step && step.isError ? `[4,"${id}","X" ,"",{}]` : `[3, "${id}",{}]`;
        this.answers.push(text);
        return this.take(this.relay.received(step.by, text, this.nowMs));
      }
      case 'inject': {
        const write = (id: string) => `[2,"${id}","Ours",{}]`;
        return this.take(
          this.relay.inject({ ticket: this.nextTicket++, lane: step.lane, timeoutMs: 15_000, write }, this.nowMs),
        );
      }
      case 'injectUpstream': {
        const write = (id: string) => `[2,"${id}","Ours",{}]`;
        return this.take(
          this.relay.injectUpstream({ ticket: this.nextTicket++, lane: 'other', timeoutMs: 15_000, write }),
        );
      }
      case 'endInterposed': {
        const call = this.interposed.shift();
        if (call === undefined) return undefined;
        if (step.isPassedOn) {
          this.passedOn.add(call.id);
          return this.take(this.relay.passOn(call, call.text, this.nowMs));
        }
        return this.take(this.relay.answerCsms(call, `[3,"${call.id}",{"status":"Accepted"}]`));
      }
      case 'wait':
        return this.elapse(step.ms);
      case 'loseUpstream':
        if (!this.isUp) return undefined;
        this.isUp = false;
        this.epoch++;
        this.outstanding.upstream = undefined;
        return this.take(this.relay.upstreamLost());
      case 'upstreamBack':
        if (this.isUp) return undefined;
        this.isUp = true;
        return this.take(this.relay.upstreamBack());
      case 'answerAlone':
        // While its CSMS is away.
        if (this.isUp) return undefined;
        for (const call of this.relay.takeStationCalls()) {
          this.answeredAlone.add(call.id);
          this.take(this.relay.answerStation(call, `[3,"${call.id}",{}]`));
        }
        return undefined;
      case 'garbage':
        if (step.by === 'upstream' && !this.isUp) return undefined;
        return this.take(this.relay.received(step.by, '{"no": "frame"}', this.nowMs));
    }
  }

  /** Whoever passes a call on hears what becomes of it: it is sent, or is said not to be. */
  checkPassedOn(): void {
    const sent = new Set(this.sentTo.station.map(({ id }) => id));
    for (const id of this.passedOn)
      expect(this.unsent.filter((one) => one === id).length, `${id} was passed on`).toBe(sent.has(id) ? 0 : 1);
    for (const id of this.unsent) expect(this.passedOn.has(id), 'only what was passed on').toBe(true);
    for (const id of this.answeredAlone)
      expect(
        this.repliesTo.station.filter((one) => one === id),
        'answered once',
      ).toHaveLength(1);
  }

  checkAll(): void {
    for (const to of ['station', 'upstream'] as const) {
      const replies = this.repliesTo[to];
      expect(new Set(replies).size, `each answer reaches ${to} once`).toBe(replies.length);
      for (const id of replies) expect(this.ownIds.has(id), 'answers to ours stay here').toBe(false);
      for (const id of replies) expect(this.said.some((one) => one.id === id && one.by === to)).toBe(true);
    }
    const order = (of: Leg, ids: readonly string[]) =>
      this.said
        .filter(({ by }) => by === of)
        .map(({ id }) => id)
        .filter((id) => ids.includes(id));
    for (const [by, to] of [
      ['station', 'upstream'],
      ['upstream', 'station'],
    ] as const) {
      const sent = this.sentTo[to].map(({ id }) => id).filter((id) => !this.ownIds.has(id));
      const once = sent.filter((id, index) => sent.indexOf(id) === index);
      expect(once, `calls of the ${by} go in their order`).toEqual(order(by, once));
      // A call of the station is asked again where its CSMS was lost; one of the CSMS never is.
      if (by === 'upstream') expect(sent).toEqual(once);
    }
  }
}

describe('what passes between a station and its CSMS', () => {
  it('goes one call at a time, in order, byte for byte, each answer to who asked, and ours to nobody else', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const world = new World();
        for (const one of steps) world.run(one);
        world.checkAll();
        world.take(world.relay.end());
        world.checkPassedOn();
        expect(world.settled.size, 'every call of ours ends').toBe(world.nextTicket - 1);
      }),
      { numRuns: 400 },
    );
  });

  it('lets what lowers go first, then the CSMS, then the rest, which does not wait for ever', () => {
    const world = new World();
    const asked = () => world.sentTo.station.at(-1)?.text;
    const inject = (lane: Lane, name: string) => {
      const write = (id: string) => `[2,"${id}","${name}",{}]`;
      world.take(world.relay.inject({ ticket: world.nextTicket++, lane, timeoutMs: 15_000, write }, world.nowMs));
    };
    const answerNow = () => world.run({ do: 'answer', by: 'station', pick: 0, isError: false });
    inject('other', 'First');
    inject('other', 'Rest');
    for (let i = 0; i < 4; i++) world.run({ do: 'call', by: 'upstream', action: 'A' });
    inject('lowering', 'Lower');
    answerNow();
    expect(asked()).toContain('"Lower"');
    answerNow();
    expect(asked()).toContain('"A"');
    world.elapse(RELAY_LIMITS.ageingMs);
    answerNow();
    expect(asked()).toContain('"Rest"');
    answerNow();
    expect(asked()).toContain('"A"');
  });

  it('answers a call of the CSMS that could not be sent for 20 s with GenericError, and never sends it', () => {
    const world = new World();
    world.run({ do: 'call', by: 'upstream', action: 'A' });
    world.run({ do: 'call', by: 'upstream', action: 'B' });
    world.elapse(RELAY_LIMITS.csmsWaitsMaxMs);
    expect(world.refused.size).toBe(1);
    world.run({ do: 'answer', by: 'station', pick: 0, isError: false });
    expect(world.sentTo.station).toHaveLength(1);
    expect(world.repliesTo.upstream).toHaveLength(2);
  });

  it('asks again what the station asked when its CSMS was lost, and forgets what the CSMS asked', () => {
    const world = new World();
    world.run({ do: 'call', by: 'station', action: 'A' });
    world.run({ do: 'call', by: 'upstream', action: 'B' });
    world.run({ do: 'call', by: 'upstream', action: 'B' });
    world.run({ do: 'loseUpstream' });
    world.run({ do: 'answer', by: 'station', pick: 0, isError: false });
    expect(world.sentTo.station).toHaveLength(1);
    expect(world.repliesTo.upstream).toEqual([]);
    world.run({ do: 'upstreamBack' });
    expect(world.sentTo.upstream.map(({ text }) => text)).toEqual([world.said[0]?.text, world.said[0]?.text]);
  });
});
