import { workerData } from 'node:worker_threads';
import { Heartbeat } from '../cluster/heartbeat.js';
import { openStore } from '../store/openStore.js';
import { monotonicMs, systemClock } from './clocks.js';
import type { FromHeartbeat, HeartbeatSettings, ToHeartbeat } from './heartbeatMessages.js';

// What runs in the heartbeat's thread, with connections to the database of its own. It is the root of its thread as main.ts is of the
// process.

const { databaseUrl, node, ownsSites, signs, port } = workerData as HeartbeatSettings;
const counted = new Int32Array(signs);
const tell = (message: FromHeartbeat): void => port.postMessage(message);

const store = await openStore({ databaseUrl });
const heartbeat = new Heartbeat({
  store,
  clock: systemClock,
  monotonicMs,
  node,
  ownsSites,
  signsOfLife: () => Atomics.load(counted, 0),
  told: (news) => tell({ type: 'news', news }),
});
port.on('message', ({ type }: ToHeartbeat) => {
  if (type === 'leave') {
    // Where the database is away it runs out by itself.
    void heartbeat
      .leave()
      .catch(() => undefined)
      .finally(() => tell({ type: 'left' }));
  } else {
    void heartbeat
      .close()
      .then(() => store.close())
      .catch(() => undefined)
      .finally(() => tell({ type: 'closed' }));
  }
});
await heartbeat.start();
tell({ type: 'ready' });
