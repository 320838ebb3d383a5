import { PeerHost } from '../peers/peerHost.js';
import type { GridPorts } from '../peers/ports.js';
import { Problem } from '../site/problem.js';
import type { StoredDocument } from '../store/documentStore.js';
import {
  eventIdOf,
  NEW_VEN_STATE,
  NOTHING_KNOWN,
  OPENADR_EVENTS,
  OPENADR_VENS,
  OpenAdrVen,
  type VenKnown,
  type VenStored,
} from './ven.js';
import type { VenConfig, VenService, VenView } from './venService.js';

/** VENs of this process's sites, and what is stored of all. */
export class VenDesk implements VenService {
  readonly host: PeerHost<OpenAdrVen>;
  private readonly ports: GridPorts;

  constructor(ports: GridPorts) {
    this.ports = ports;
    this.host = new PeerHost({
      kind: OPENADR_VENS,
      documents: ports.documents,
      clock: ports.clock,
      log: ports.log,
      siteIdOf: (document) => partsOf(document)?.config.siteId,
      isOwnedHere: (siteId) => ports.sites.find(siteId) !== undefined,
      open: async (document) => new OpenAdrVen(await this.read(document), ports),
    });
  }

  async list(organisationId: string | 'all'): Promise<readonly VenView[]> {
    const documents = await this.ports.documents.list(OPENADR_VENS);
    const own = documents.filter((one) => organisationId === 'all' || one.organisationId === organisationId);
    return Promise.all(own.map((document) => this.viewOf(document)));
  }

  async get(venId: string): Promise<VenView> {
    return this.viewOf(await this.require(venId));
  }

  async put(
    venId: string,
    config: VenConfig,
    { organisationId, clientSecret }: { readonly organisationId: string; readonly clientSecret?: string },
  ): Promise<VenView> {
    this.refuseUnfit(config);
    const document = await this.ports.documents.get(OPENADR_VENS, venId);
    const known = document === undefined ? undefined : await this.read(document);
    if (known !== undefined && known.config.siteId !== config.siteId) {
      throw new Problem('PEER_OF_ANOTHER_SITE', `"${venId}" is of the site "${known.config.siteId}".`, {
        field: '/siteId',
      });
    }
    const isSameVtn = known?.config.vtnUrl === config.vtnUrl && known.config.clientId === config.clientId;
    const secret = clientSecret ?? (isSameVtn ? known.clientSecret : undefined);
    if (secret === undefined) {
      const detail = 'The VTN gave a clientSecret along with the clientId.';
      throw new Problem('INVALID_REQUEST', detail, { field: '/clientSecret' });
    }
    const state = isSameVtn ? known.state : NEW_VEN_STATE;
    const running = this.host.find(venId);
    if (running !== undefined) await running.configure(config, secret, state);
    else {
      const owner = known?.organisationId ?? organisationId;
      const events = known?.known ?? NOTHING_KNOWN;
      const stored: VenStored = { venId, organisationId: owner, config, clientSecret: secret, state, known: events };
      const ven = new OpenAdrVen(stored, this.ports);
      await ven.configure(config, secret, state);
      this.host.run(venId, ven);
    }
    return this.get(venId);
  }

  async delete(venId: string): Promise<void> {
    const document = await this.require(venId);
    const ven = this.host.find(venId) ?? new OpenAdrVen(await this.read(document), this.ports);
    this.host.stop(venId);
    await ven.settled();
    await this.ports.documents.decide([
      { delete: { kind: OPENADR_VENS, id: venId } },
      { delete: { kind: OPENADR_EVENTS, id: venId } },
    ]);
    await ven.leave();
  }

  /** The site that it is bound to, whichever process serves that. */
  async siteOf(venId: string): Promise<string | undefined> {
    const document = await this.ports.documents.get(OPENADR_VENS, venId);
    return document === undefined ? undefined : partsOf(document)?.config.siteId;
  }

  async isToken(venId: string, token: string): Promise<boolean> {
    const running = this.host.find(venId)?.stored;
    const document = running === undefined ? await this.ports.documents.get(OPENADR_VENS, venId) : undefined;
    const state = running?.state ?? (document === undefined ? undefined : partsOf(document)?.state);
    return state !== undefined && state.callbackHash === this.ports.secrets.hash(token);
  }

  poke(venId: string): void {
    this.host.find(venId)?.poke();
  }

  private refuseUnfit({ siteId, circuitId, vtnUrl }: VenConfig): void {
    const site = this.ports.sites.find(siteId);
    if (site === undefined) throw new Problem('SITE_NOT_FOUND', `There is no site "${siteId}".`, { field: '/siteId' });
    if (circuitId !== undefined && !site.circuits.some(({ id }) => id === circuitId)) {
      throw new Problem('CIRCUIT_UNKNOWN', `The site has no circuit "${circuitId}".`, { field: '/circuitId' });
    }
    const verdict = this.ports.outbound.check(vtnUrl);
    if (!verdict.ok) {
      throw new Problem('PEER_URL_REFUSED', `It may not be called: ${verdict.reason}.`, { field: '/vtnUrl' });
    }
  }

  private async require(venId: string): Promise<StoredDocument> {
    const document = await this.ports.documents.get(OPENADR_VENS, venId);
    if (document !== undefined && partsOf(document) !== undefined) return document;
    throw new Problem('OPENADR_VEN_NOT_FOUND', `There is no OpenADR VEN "${venId}".`);
  }

  private async read(document: StoredDocument): Promise<VenStored> {
    const { id, organisationId } = document;
    const parts = partsOf(document);
    if (parts === undefined) throw new Error(`what is stored of the OpenADR VEN ${id} can not be read`);
    const events = await this.ports.documents.get(OPENADR_EVENTS, id);
    return { venId: id, organisationId, ...parts, known: { ...NOTHING_KNOWN, ...(events?.body as VenKnown) } };
  }

  private async viewOf(document: StoredDocument): Promise<VenView> {
    const ven = this.host.find(document.id) ?? new OpenAdrVen(await this.read(document), this.ports);
    const { venId, organisationId, config, state } = ven.stored;
    return {
      ...config,
      venId,
      organisationId,
      connection: ven.connection,
      spokenVersion: state.version,
      listedAtMs: state.listedAtMs,
      events: ven.eventViews,
      eventId: eventIdOf(venId),
      notes: ven.notes,
    };
  }
}

/** Written by this program: what it means is in its own types. */
function partsOf({ body }: StoredDocument): Pick<VenStored, 'config' | 'clientSecret' | 'state'> | undefined {
  const { config, clientSecret, state } = Object(body) as Partial<VenStored>;
  if (config?.siteId === undefined || clientSecret === undefined || state === undefined) return undefined;
  return { config, clientSecret, state };
}
