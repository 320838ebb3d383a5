import type { Kysely, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { NowMs } from './leases.js';
import { fromJson, requireId, requireMs, toJson } from './records.js';
import type { NodeAnnouncement, Role, StoredNode } from './store.js';
import type { Tables } from './tables.js';

/** A process that has run out for so long is forgotten by the next one that announces itself. */
const FORGET_AFTER_MS = 600_000;

export function toNodeRow({ nodeId, roles, url }: NodeAnnouncement, lastsMs: number) {
  requireId('nodeId', nodeId);
  requireId('url', url);
  requireMs('lastsMs', lastsMs);
  return { nodeId, rolesJson: toJson('roles', roles), url, lastsMs };
}

export async function replaceNode(
  transaction: Transaction<Tables>,
  nowMs: NowMs,
  { nodeId, rolesJson, url, lastsMs }: ReturnType<typeof toNodeRow>,
): Promise<void> {
  const fields = { rolesJson, url, expiresMs: sql<number>`${nowMs} + ${lastsMs}` };
  await transaction
    .insertInto('nodes')
    .values({ nodeId, ...fields })
    .onConflict((conflict) => conflict.column('nodeId').doUpdateSet(fields))
    .execute();
  await transaction.deleteFrom('nodes').where('expiresMs', '<', sql<number>`${nowMs} - ${FORGET_AFTER_MS}`).execute();
}

export async function readNodes(db: Kysely<Tables>, nowMs: NowMs): Promise<readonly StoredNode[]> {
  const rows = await db
    .selectFrom('nodes')
    .select(['nodeId', 'rolesJson', 'url', sql<number>`${sql.ref('expiresMs')} - ${nowMs}`.as('expiresInMs')])
    .where('expiresMs', '>', nowMs)
    .execute();
  return rows
    .map(({ rolesJson, ...node }) => ({
      ...node,
      // Written by this program, from the type that it is read as.
      roles: fromJson(`The roles of node ${node.nodeId}`, rolesJson) as readonly Role[],
    }))
    .sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
}
