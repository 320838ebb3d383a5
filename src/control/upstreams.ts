import type { Clock } from '../site/clock.js';
import { Problem } from '../site/problem.js';
import type { OnLoss, Upstream, UpstreamCredentials } from '../site/upstream.js';
import type { DocumentStore, StoredDocument } from '../store/documentStore.js';

const KIND = 'upstream';
/** A station that hears nothing for longer takes its message for lost. */
const HOLD_DEFAULT_S = 20;
const ISLAND_DEFAULT_S = 86_400;

/** What can be said of an upstream; what is absent is as it was, or as it is by default. */
export interface UpstreamChange {
  readonly url: string;
  readonly credentials?: 'passThrough' | { readonly username?: string; readonly password?: string };
  readonly onLoss?: OnLoss['kind'];
  readonly holdS?: number;
  readonly islandS?: number;
}

export interface UpstreamDeskOptions {
  readonly documents: DocumentStore;
  /** Whether we may connect to an address that somebody gave us. */
  readonly checkUrl: (url: string) => { readonly ok: true } | { readonly ok: false; readonly reason: string };
  readonly clock: Clock;
}

/** Who asks: their organisation's upstreams are theirs, and of others they learn nothing. */
export interface UpstreamPrincipal {
  readonly role: string;
  readonly organisationId: string;
}

/** The back ends that stations reach through us, in the store. */
export class UpstreamDesk {
  private readonly options: UpstreamDeskOptions;

  constructor(options: UpstreamDeskOptions) {
    this.options = options;
  }

  /** Whoever's it is; for the stations that go there. */
  async find(upstreamId: string): Promise<Upstream | undefined> {
    const stored = await this.options.documents.get(KIND, upstreamId);
    return stored === undefined ? undefined : upstreamFrom(stored);
  }

  async list(principal: UpstreamPrincipal): Promise<readonly Upstream[]> {
    const all = await this.options.documents.list(KIND);
    return all.map(upstreamFrom).filter((upstream) => isTheirs(upstream, principal));
  }

  async get(principal: UpstreamPrincipal, upstreamId: string): Promise<Upstream> {
    const upstream = await this.find(upstreamId);
    if (upstream === undefined || !isTheirs(upstream, principal)) throw notFound(upstreamId);
    return upstream;
  }

  async put(principal: UpstreamPrincipal, upstreamId: string, change: UpstreamChange): Promise<Upstream> {
    const before = await this.find(upstreamId);
    if (before !== undefined && !isTheirs(before, principal)) throw notFound(upstreamId);
    const verdict = this.options.checkUrl(change.url);
    if (!verdict.ok)
      throw new Problem('INVALID_REQUEST', `The url is not taken: ${verdict.reason}.`, { field: '/url' });
    const upstream: Upstream = {
      upstreamId,
      organisationId: before?.organisationId ?? principal.organisationId,
      url: change.url,
      credentials: credentialsOf(change, before),
      onLoss: onLossOf(change),
      updatedMs: this.options.clock.nowMs(),
    };
    await this.options.documents.decide([{ put: documentOf(upstream) }]);
    return upstream;
  }

  async delete(principal: UpstreamPrincipal, upstreamId: string): Promise<void> {
    await this.get(principal, upstreamId);
    await this.options.documents.decide([{ delete: { kind: KIND, id: upstreamId } }]);
  }
}

function isTheirs({ organisationId }: Upstream, principal: UpstreamPrincipal): boolean {
  return principal.role === 'admin' || principal.organisationId === organisationId;
}

function notFound(upstreamId: string): Problem {
  return new Problem('UPSTREAM_NOT_FOUND', `There is no upstream "${upstreamId}".`);
}

/** A password is never answered, so that who sends back what was read means the one that is there. */
function credentialsOf({ credentials }: UpstreamChange, before: Upstream | undefined): UpstreamCredentials {
  if (credentials === undefined || credentials === 'passThrough') return { mode: 'passThrough' };
  const { username } = credentials;
  const known = before?.credentials.mode === 'replace' ? before.credentials.password : undefined;
  const password = credentials.password ?? known;
  if (password === undefined)
    throw new Problem('INVALID_REQUEST', 'Say with which password stations are to be shown to the upstream.', {
      field: '/credentials/password',
    });
  return { mode: 'replace', password, ...(username === undefined ? {} : { username }) };
}

function onLossOf({ onLoss = 'close', holdS = HOLD_DEFAULT_S, islandS = ISLAND_DEFAULT_S }: UpstreamChange): OnLoss {
  switch (onLoss) {
    case 'close':
      return { kind: 'close' };
    case 'hold':
      return { kind: 'hold', holdS };
    case 'island':
      return { kind: 'island', islandS };
  }
}

function documentOf({ upstreamId, organisationId, updatedMs, ...body }: Upstream): StoredDocument {
  return { kind: KIND, id: upstreamId, organisationId, updatedMs, body };
}

/** What is stored was written here. */
function upstreamFrom({ id, organisationId, updatedMs, body }: StoredDocument): Upstream {
  const { url, credentials, onLoss } = body as Pick<Upstream, 'url' | 'credentials' | 'onLoss'>;
  return { upstreamId: id, organisationId, updatedMs, url, credentials, onLoss };
}
