import type { MessagePort } from 'node:worker_threads';
import type { HeartbeatNews } from '../cluster/heartbeat.js';
import type { StorePlace } from '../store/openStore.js';
import type { NodeAnnouncement } from '../store/store.js';

/** What the heartbeat's thread is started with. */
export interface HeartbeatSettings {
  readonly databaseUrl: Extract<StorePlace, { readonly databaseUrl: unknown }>['databaseUrl'];
  readonly node: NodeAnnouncement;
  readonly ownsSites: boolean;
  /** One 32-bit number, which the process counts up as long as it gets to its work. */
  readonly signs: SharedArrayBuffer;
  readonly port: MessagePort;
}

export type ToHeartbeat = { readonly type: 'leave' | 'close' };

export type FromHeartbeat =
  | { readonly type: 'news'; readonly news: HeartbeatNews }
  /** It beats; what was asked is done, or could not be. */
  | { readonly type: 'ready' | 'left' | 'closed' };
