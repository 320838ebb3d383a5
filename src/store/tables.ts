import type { Generated } from 'kysely';
import type { AccountRole, AuditEntry, StoredOrganisation, StoredSignIn, StoredUser, Thing } from './accountStore.js';
import type { StoredDocument } from './documentStore.js';
import type { StoredMessage } from './outboxStore.js';

/** The schema as Kysely sees it; migrations.ts makes it so. Members named Json are text, written and read by records.ts. */
export interface Tables {
  readonly schemaVersions: SchemaVersionsTable;
  readonly sites: SitesTable;
  readonly events: EventsTable;
  readonly snapshots: SnapshotsTable;
  /** Until migration 3. */
  readonly credentials: CredentialsTable;
  readonly stationCredentials: StationCredentialsTable;
  /** Until migration 5. */
  readonly apiKeys: ApiKeysTable;
  readonly sessions: SessionsTable;
  readonly tariffs: TariffsTable;
  readonly historyDays: HistoryDaysTable;
  readonly leases: LeasesTable;
  readonly stations: StationsTable;
  readonly nodes: NodesTable;
  readonly organisations: StoredOrganisation;
  readonly users: StoredUser;
  readonly accessKeys: AccessKeysTable;
  readonly keySecrets: KeySecretsTable;
  readonly signIns: StoredSignIn;
  readonly belongings: BelongingsTable;
  readonly auditLog: AuditLogTable;
  readonly auditOutcomes: AuditOutcomesTable;
  readonly documents: DocumentsTable;
  readonly outbox: OutboxTable;
  readonly claims: ClaimsTable;
}

interface SchemaVersionsTable {
  readonly version: number;
  readonly name: string;
}

/** One row per site with a journal, and per site that ever had an owner. */
interface SitesTable {
  readonly siteId: string;
  /** The seq of the newest event ever appended, or 0: no site, only its token. It outlives the event, which a snapshot may let be trimmed. */
  readonly lastSeq: number;
  /** The highest fencing token ever given for the site. It outlives the site. */
  readonly token: Generated<number>;
}

interface EventsTable {
  readonly siteId: string;
  readonly seq: number;
  readonly atMs: number;
  readonly eventJson: string;
}

interface SnapshotsTable {
  readonly siteId: string;
  readonly seq: number;
  readonly atMs: number;
  readonly stateJson: string;
}

interface CredentialsTable {
  readonly stationId: string;
  readonly passwordHash: string;
}

interface StationCredentialsTable {
  readonly stationId: string;
  readonly passwordHashesJson: string;
  readonly securityProfileMin: number;
}

interface ApiKeysTable {
  readonly keyHash: string;
  readonly name: string;
  readonly createdMs: number;
}

interface SessionsTable {
  readonly sessionId: string;
  readonly siteId: string;
  readonly stationId: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly recordJson: string;
}

interface TariffsTable {
  readonly tariffId: string;
  readonly updatedMs: number;
  readonly documentJson: string;
}

/** One row per site and UTC day: what a site leaves behind in ten years is 3,650 rows, found by their key. */
interface HistoryDaysTable {
  readonly siteId: string;
  readonly dayMs: number;
  readonly recordJson: string;
}

interface LeasesTable {
  readonly siteId: string;
  readonly ownerId: string;
  readonly url: string;
  /** By the database's clock. */
  readonly expiresMs: number;
}

interface StationsTable {
  readonly stationId: string;
  readonly siteId: string;
}

interface NodesTable {
  readonly nodeId: string;
  readonly rolesJson: string;
  readonly url: string;
  /** By the database's clock. */
  readonly expiresMs: number;
}

interface AccessKeysTable {
  readonly keyId: string;
  readonly name: string;
  readonly role: AccountRole;
  readonly organisationId: string;
  /** Null: every site of its organisation. */
  readonly siteIdsJson: string | null;
  readonly createdMs: number;
  readonly expiresMs: number | null;
  readonly lastUsedMs: number | null;
  readonly revokedMs: number | null;
}

/** A key that was rotated has several for a while. */
interface KeySecretsTable {
  readonly keyHash: string;
  readonly keyId: string;
  readonly expiresMs: number | null;
}

interface BelongingsTable extends Thing {
  readonly organisationId: string;
}

/** The database refuses to change or remove a row. */
interface AuditLogTable extends Omit<AuditEntry, 'outcome' | 'before' | 'after' | 'asked'> {
  readonly beforeJson: string;
  readonly afterJson: string;
  readonly askedJson: string;
  /** Where its outcome is: 'here', or 'later' in a row of auditOutcomes, if ever. */
  readonly outcomeIs: Generated<'here' | 'later'>;
}

/** The database refuses to change or remove a row. */
interface AuditOutcomesTable {
  readonly entryId: string;
  readonly outcome: 'made' | 'failed';
  readonly beforeJson: string;
  readonly afterJson: string;
  readonly askedJson: string;
}

interface DocumentsTable extends Omit<StoredDocument, 'body'> {
  readonly bodyJson: string;
}

interface OutboxTable extends Omit<StoredMessage, 'lastAttempt'> {
  readonly lastAttemptJson: string | null;
}

/** What one of several processes does for all of them. */
interface ClaimsTable {
  readonly name: string;
  readonly ownerId: string;
  /** By the database's clock. */
  readonly expiresMs: number;
}
