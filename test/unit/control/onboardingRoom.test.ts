import { beforeEach, describe, expect, it } from 'vitest';
import { OnboardingRoom } from '../../../src/control/onboardingRoom.js';
import type { StationApproach } from '../../../src/site/stationMessages.js';
import { ManualClock } from '../gateway/gatewayFixture.js';

const MINUTE_MS = 60_000;
const from = (network: string): StationApproach => ({ securityProfile: 1, address: network, network });
const boot = { type: 'boot', vendor: 'Acme', model: 'One', serialNumber: 'S-1' } as const;

let clock: ManualClock;
let room: OnboardingRoom;
let closed: string[];
beforeEach(() => {
  clock = new ManualClock();
  room = new OnboardingRoom(clock);
  closed = [];
});

function ask(stationId: string, more: { password?: string; network?: string; isPretender?: boolean } = {}) {
  const { password = 'the-password-it-has', network = '192.0.2.1', isPretender = false } = more;
  return room.admit({ stationId, password, passwordHash: `hash of ${password}`, isPretender, approach: from(network) });
}

/** Admitted, and its web socket is up. */
function enter(stationId: string, more: Parameters<typeof ask>[1] = {}): string {
  const ticket = ask(stationId, more);
  if (ticket === undefined) throw new Error('there was no place');
  const socket = { connectionId: ticket, ocppVersion: '1.6', ...from(more.network ?? '192.0.2.1') } as const;
  room.entered(ticket, socket, (reason) => closed.push(`${stationId}: ${reason}`));
  return ticket;
}

const listed = () => room.list().map(({ stationId }) => stationId);

describe('the room where unknown stations wait', () => {
  it('is closed at first: nobody comes in', () => {
    expect(room.openUntilMs).toBe('closed');
    expect(ask('NEW')).toBeUndefined();
  });

  it('lists who waits, with what it says of itself, and tells it to wait', () => {
    room.open(15 * MINUTE_MS);
    const ticket = enter('NEW');
    const answer = room.booted(ticket, boot);
    expect(answer.status).toBe('Pending');
    expect(answer.intervalS).toBeGreaterThanOrEqual(54);
    expect(answer.intervalS).toBeLessThanOrEqual(66);
    expect(room.list()).toMatchObject([
      {
        stationId: 'NEW',
        passwordHash: 'hash of the-password-it-has',
        boot: { vendor: 'Acme', model: 'One', serialNumber: 'S-1' },
      },
    ]);
  });

  it('closes by itself, and everyone in it is sent away', () => {
    room.open(15 * MINUTE_MS);
    enter('NEW');
    clock.advance(15 * MINUTE_MS);
    expect(closed).toEqual(['NEW: onboarding is closed']);
    expect([room.openUntilMs, ask('NEW'), listed()]).toEqual(['closed', undefined, []]);
  });

  it('stays open for longer when it is opened again', () => {
    room.open(15 * MINUTE_MS);
    clock.advance(10 * MINUTE_MS);
    room.open(15 * MINUTE_MS);
    enter('NEW');
    clock.advance(14 * MINUTE_MS);
    expect(listed()).toEqual(['NEW']);
    room.close();
    expect([closed.length, ask('NEW')]).toEqual([1, undefined]);
  });

  it('does not show who claims the identity of a known station', () => {
    room.open(MINUTE_MS);
    expect(room.booted(enter('CP001', { isPretender: true }), boot).status).toBe('Pending');
    expect(listed()).toEqual([]);
  });

  it('keeps a place for who comes again with the same password, and shows both where the passwords differ', () => {
    room.open(MINUTE_MS);
    enter('NEW');
    enter('NEW');
    expect(closed).toEqual(['NEW: replaced by a newer connection']);
    expect(listed()).toEqual(['NEW']);
    enter('NEW', { password: 'another-password', network: '198.51.100.7' });
    expect(listed()).toEqual(['NEW', 'NEW']);
  });

  it('forgets who left, and who was let in and never came', () => {
    room.open(60 * MINUTE_MS);
    room.left(enter('NEW'));
    ask('GHOST');
    clock.advance(30_000);
    for (let n = 0; n < 100; n++) ask(`P${n}`, { network: `n${n % 4}` });
    expect(ask('ONE-MORE', { network: 'n9' })).toBeUndefined();
    clock.advance(30_000);
    expect(ask('ONE-MORE', { network: 'n9' })).toBeDefined();
  });

  it.each([true, false])(
    'has a hundred places, fifty for one network and three for one identity (known: %s)',
    (isPretender) => {
      room.open(MINUTE_MS);
      for (let n = 0; n < 3; n++) enter('A', { password: `a-password-of-some-length-${n}`, network: 'x', isPretender });
      expect(ask('A', { password: 'a-fourth', network: 'y', isPretender })).toBeUndefined();
      for (let n = 0; n < 47; n++) enter(`X${n}`, { network: 'x', isPretender });
      expect(ask('X99', { network: 'x', isPretender })).toBeUndefined();
      for (let n = 0; n < 50; n++) enter(`Y${n}`, { network: 'y', isPretender });
      expect(ask('Z', { network: 'z', isPretender })).toBeUndefined();
      room.close();
      expect(closed).toHaveLength(100);
    },
  );

  it('sends away a station that was taken in, so that it comes again as one that is known', () => {
    room.open(MINUTE_MS);
    enter('NEW');
    enter('OTHER');
    room.release('NEW');
    expect(closed).toEqual(['NEW: taken in: connect again']);
    expect(listed()).toEqual(['OTHER']);
  });

  it('holds no password', () => {
    room.open(MINUTE_MS);
    enter('NEW', { password: 'p4ssw0rd-that-nobody-keeps' });
    const { passwordHash: _, ...rest } = room.list()[0] ?? { passwordHash: '' };
    expect(JSON.stringify(rest)).not.toContain('p4ssw0rd');
  });
});
