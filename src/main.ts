import { randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { type Config, parseConfig } from './config.js';
import { Outbound } from './outbound/outbound.js';
import { hashOf, messageOf, refuseToStart, systemClock } from './roles/foundation.js';
import { openStore, type StorePlace } from './store/openStore.js';
import type { WholeStore } from './store/store.js';

// The composition root: it reads the environment, and hands what was read to the roles that this process has.

const FIRST_KEY_CLAIM = 'first admin key';
/** Longer than making it takes; then another makes it in the place of one that has died. */
const FIRST_KEY_CLAIM_MS = 10_000;
const FIRST_KEY_LOOK_MS = 100;

async function main(): Promise<void> {
  const parsed = parseConfig(process.env);
  if (!parsed.ok) return refuseToStart(parsed.error);
  const { config } = parsed;
  const log = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: false }));
  const store = await openStore(storePlace(config)).catch((error: unknown) => refuseToStart(messageOf(error)));
  if (store === undefined) return;
  const newKey = await ensureAdminKey(store, config);
  const outbound = new Outbound({ allowedNets: config.allowedPrivateNets, clock: systemClock });
  const parts = { config, store, log, outbound, newKey };
  // Only what this process is: a service that is alone loads nothing of Redis.
  if (config.database === 'embedded') await (await import('./roles/alone.js')).serveAlone(parts);
  else await (await import('./roles/cluster.js')).serveInCluster(parts);
}

function storePlace({ database, dataDir }: Config): StorePlace {
  return database === 'embedded' ? { dataDir, nowMs: systemClock.nowMs } : { databaseUrl: database };
}

/** The key given by the environment, or one made on the very first start: returned then, so that it is shown that once. */
async function ensureAdminKey(store: WholeStore, config: Config): Promise<string | undefined> {
  const createdMs = systemClock.nowMs();
  if (config.adminKey !== 'generated') {
    const keyHash = hashOf(config.adminKey);
    if (!(await store.hasApiKey(keyHash))) await store.putApiKey({ keyHash, name: 'admin (environment)', createdMs });
    return undefined;
  }
  return makeFirstKey(store, createdMs);
}

/** Of several processes that start at once with an empty database one makes the key, and shows it; the others wait until there is one. */
async function makeFirstKey(store: WholeStore, createdMs: number): Promise<string | undefined> {
  const ownerId = randomUUID();
  while ((await store.listApiKeys()).length === 0) {
    if (!(await store.outbox.claim(FIRST_KEY_CLAIM, ownerId, FIRST_KEY_CLAIM_MS))) {
      await new Promise((resolve) => setTimeout(resolve, FIRST_KEY_LOOK_MS));
      continue;
    }
    // It may have been made between the look and the claim.
    if ((await store.listApiKeys()).length > 0) return undefined;
    const key = `ek_${randomBytes(32).toString('base64url')}`;
    await store.putApiKey({ keyHash: hashOf(key), name: 'admin', createdMs });
    return key;
  }
  return undefined;
}

main().catch((error: unknown) =>
  refuseToStart(error instanceof Error ? (error.stack ?? error.message) : String(error)),
);
