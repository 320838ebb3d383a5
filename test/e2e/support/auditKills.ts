import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ServiceApi } from './serviceApi.js';
import type { ServiceProcess } from './serviceProcess.js';
import { smallSite } from './smallSite.js';

export interface ToldEntry {
  readonly entryId: string;
  readonly action: string;
  readonly target: string;
  readonly outcome: string;
  readonly after: unknown;
}

const LANES = 6;
const CHANGES_BEFORE_KILL = 60;
const LIMIT = { circuitId: 'grid', limitA: { L1: 30, L2: 30, L3: 30 }, from: '2031-01-14T17:00:00Z' };
const TARIFF = {
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  components: [{ kind: 'timeOfUse', id: 'energy', rates: [{ pricePerKwh: 0.4 }] }],
};
const RECIPIENT = { email: 'anna@example.com', language: 'sv', events: ['limit.exceeded'] };

/** What is made under an id of its own, and how the service lists what there is. */
const KINDS = [
  {
    path: (id: string) => `/v1/sites/garage/limits/${id}`,
    body: LIMIT,
    list: '/v1/sites/garage/limits',
    member: 'limits',
    id: 'limitId',
  },
  { path: (id: string) => `/v1/tariffs/${id}`, body: TARIFF, list: '/v1/tariffs', member: 'tariffs', id: 'tariffId' },
  {
    path: (id: string) => `/v1/organisations/${id}`,
    body: { name: 'x' },
    list: '/v1/organisations',
    member: 'organisations',
    id: 'organisationId',
  },
  {
    path: (id: string) => `/v1/notifications/recipients/${id}`,
    body: RECIPIENT,
    list: '/v1/notifications/recipients',
    member: 'recipients',
    id: 'recipientId',
  },
] as const;

/** Everything is made under a new id, many at once, until the service (or what it rests on) is killed in the midst of it. */
export async function changeUntilKilled(
  service: ServiceProcess,
  round: number,
  kill: () => Promise<void> = () => service.kill(),
): Promise<void> {
  const { api } = service;
  if (round === 1) await api.put('/v1/sites/garage', smallSite());
  let made = 0;
  let isOver = false;
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    for (let place = 0; !isOver; place += 1) {
      const kind = KINDS[(lane + place) % KINDS.length];
      if (kind === undefined) continue;
      await api.put(kind.path(`made-${round}-${lane}-${place}`), kind.body).then(
        () => {
          made += 1;
        },
        () => undefined,
      );
    }
  });
  while (made < CHANGES_BEFORE_KILL) await sleep(1);
  await kill();
  isOver = true;
  await Promise.all(lanes);
}

/** What there is, and what the log tells of, are the same. */
export async function expectEachTold(api: ServiceApi): Promise<void> {
  const told = (await auditOf(api)).filter(({ target }) => target.includes('/made-')).map(({ target }) => target);
  const there: string[] = [];
  for (const { path, list, member, id } of KINDS) {
    const listed = (await api.get(list)) as Record<string, readonly Record<string, string>[]>;
    for (const one of listed[member] ?? []) if (one[id]?.startsWith('made-') === true) there.push(path(one[id]));
  }
  expect(there.length).toBeGreaterThan(CHANGES_BEFORE_KILL);
  expect(told.sort()).toEqual(there.sort());
}

/** The whole log, the newest first. */
export async function auditOf(api: ServiceApi): Promise<readonly ToldEntry[]> {
  const entries: ToldEntry[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const page = (await api.get(`/v1/audit?limit=500${next === '' ? '' : `&before=${next}`}`)) as {
      entries: readonly ToldEntry[];
      next: string | null;
    };
    entries.push(...page.entries);
    next = page.next;
  }
  return entries;
}
