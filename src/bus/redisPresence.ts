import type { Clock } from '../site/clock.js';
import type { HeldSince, Holder, Presence } from './bus.js';
import type { RedisClient } from './redisConnection.js';

const PREFIX = 'evenkeel:presence:';

/** Written as "sinceMs nodeId connectionId". Takes the key; answers since when it is ours, and what was there. */
const CLAIM = `
local before = redis.call('GET', KEYS[1])
local since = tonumber(ARGV[1])
if before then
  local other = tonumber(string.match(before, '^%d+'))
  if other and other >= since then since = other + 1 end
end
redis.call('SET', KEYS[1], string.format('%.0f', since) .. ' ' .. ARGV[2], 'PX', ARGV[3])
return { string.format('%.0f', since), before }
`;

/** Answers what is there when that is another's, and no older. */
const REFRESH = `
local there = redis.call('GET', KEYS[1])
local mine = ARGV[1] .. ' ' .. ARGV[2]
if there and there ~= mine then
  local other = tonumber(string.match(there, '^%d+'))
  if other and other >= tonumber(ARGV[1]) then return there end
end
redis.call('SET', KEYS[1], mine, 'PX', ARGV[3])
return false
`;

const RELEASE = `
local there = redis.call('GET', KEYS[1])
if there and string.match(there, '^%d+ (.*)$') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return false
`;

/** Each key stands alone, so that it may be on any node of a Cluster; each change is one script, so that two can not cross. */
export class RedisPresence implements Presence {
  readonly #client: RedisClient;
  readonly #clock: Clock;

  constructor(client: RedisClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    for (const [name, lua] of Object.entries({
      evenkeelClaim: CLAIM,
      evenkeelRefresh: REFRESH,
      evenkeelRelease: RELEASE,
    }))
      client.defineCommand(name, { numberOfKeys: 1, lua });
  }

  async claim(key: string, holder: Holder, lastsMs: number) {
    const nowMs = this.#clock.nowMs();
    const answer = await this.#run('evenkeelClaim', [PREFIX + key, String(nowMs), written(holder), String(lastsMs)]);
    const [since, before] = Array.isArray(answer) ? answer : [];
    return { sinceMs: Number(since ?? nowMs), before: read(before) };
  }

  async refresh(key: string, holder: HeldSince, lastsMs: number): Promise<HeldSince | undefined> {
    const mine = [String(holder.sinceMs), written(holder)];
    return read(await this.#run('evenkeelRefresh', [PREFIX + key, ...mine, String(lastsMs)]));
  }

  async release(key: string, holder: Holder): Promise<void> {
    await this.#run('evenkeelRelease', [PREFIX + key, written(holder)]);
  }

  async find(key: string): Promise<HeldSince | undefined> {
    return read(await this.#client.get(PREFIX + key));
  }

  /** defineCommand adds a method that the client's type does not know. */
  #run(name: string, args: readonly string[]): Promise<unknown> {
    const client = this.#client as unknown as Record<string, (...args: readonly string[]) => Promise<unknown>>;
    return client[name]?.(...args) ?? Promise.reject(new Error(`there is no command ${name}`));
  }
}

function written({ nodeId, connectionId }: Holder): string {
  return `${nodeId} ${connectionId}`;
}

function read(text: unknown): HeldSince | undefined {
  if (typeof text !== 'string') return undefined;
  const [since, nodeId, connectionId] = text.split(' ');
  if (nodeId === undefined || connectionId === undefined) return undefined;
  return { nodeId, connectionId, sinceMs: Number(since) };
}
