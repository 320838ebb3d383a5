import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/store/openStore.js';
import { describeStoreContract } from './storeContract.js';

describeStoreContract('The embedded SQLite store', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'evenkeel-store-'));
  return {
    open: () => openStore({ dataDir: join(parent, 'data'), nowMs: Date.now }),
    remove: () => rm(parent, { recursive: true, force: true }),
  };
});
