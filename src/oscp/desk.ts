import { PeerHost } from '../peers/peerHost.js';
import type { GridPorts } from '../peers/ports.js';
import { Problem } from '../site/problem.js';
import type { StoredDocument } from '../store/documentStore.js';
import { FORECAST_TYPES, type ForecastedBlock } from './messages.js';
import type { IncomingMessage, OscpAnswer, OscpProviderView, OscpService, StoredOscpProvider } from './oscpService.js';
import { eventIdOf, OSCP_FORECASTS, OSCP_PEERS, OscpPeer, type OscpStored } from './peer.js';
import { isAway, NEW_STATE, type OscpConfig, type OscpState } from './peerState.js';
import { receive } from './receive.js';
import { forecastsFrom, NO_FORECASTS } from './series.js';
import { ourBaseUrl } from './wire.js';

/** Peers of this process's sites, and what is stored of all. */
export class OscpDesk implements OscpService {
  readonly host: PeerHost<OscpPeer>;
  private readonly ports: GridPorts;

  constructor(ports: GridPorts) {
    this.ports = ports;
    this.host = new PeerHost({
      kind: OSCP_PEERS,
      documents: ports.documents,
      clock: ports.clock,
      log: ports.log,
      siteIdOf: (document) => partsOf(document)?.config.siteId,
      isOwnedHere: (siteId) => ports.sites.find(siteId) !== undefined,
      open: async (document) => new OscpPeer(await this.read(document), ports),
    });
  }

  async list(organisationId: string | 'all'): Promise<readonly OscpProviderView[]> {
    const documents = await this.ports.documents.list(OSCP_PEERS);
    const own = documents.filter((one) => organisationId === 'all' || one.organisationId === organisationId);
    return Promise.all(own.map((document) => this.viewOf(document)));
  }

  async get(providerId: string): Promise<OscpProviderView> {
    return this.viewOf(await this.require(providerId));
  }

  async put(
    providerId: string,
    config: OscpConfig,
    { organisationId, tokenA }: { readonly organisationId: string; readonly tokenA?: string },
  ): Promise<StoredOscpProvider> {
    this.refuseUnfit(config);
    const document = await this.ports.documents.get(OSCP_PEERS, providerId);
    const known = document === undefined ? undefined : await this.read(document);
    if (known !== undefined && known.config.siteId !== config.siteId) {
      throw new Problem('PEER_OF_ANOTHER_SITE', `"${providerId}" is of the site "${known.config.siteId}".`, {
        field: '/siteId',
      });
    }
    const { state, made } = this.stateFor(config, known, tokenA);
    const running = this.host.find(providerId);
    if (running !== undefined) await running.configure(config, state);
    else {
      const owner = known?.organisationId ?? organisationId;
      const forecasts = known?.forecasts ?? NO_FORECASTS;
      const peer = new OscpPeer({ providerId, organisationId: owner, config, state, forecasts }, this.ports);
      await peer.configure(config, state);
      this.host.run(providerId, peer);
    }
    return { ...(await this.get(providerId)), ...(made === undefined ? {} : { tokenA: made }) };
  }

  async delete(providerId: string): Promise<void> {
    const document = await this.require(providerId);
    const peer = this.host.find(providerId) ?? new OscpPeer(await this.read(document), this.ports);
    this.host.stop(providerId);
    await peer.settled();
    const { documents } = this.ports;
    await documents.decide([
      { delete: { kind: OSCP_PEERS, id: providerId } },
      { delete: { kind: OSCP_FORECASTS, id: providerId } },
    ]);
    await peer.leave();
  }

  async adjust(providerId: string, blocks: readonly ForecastedBlock[]): Promise<{ readonly requestId: string }> {
    await this.require(providerId);
    const delivery = await this.host.find(providerId)?.askFor(blocks);
    if (delivery?.outcome === 'delivered') return { requestId: delivery.requestId };
    throw new Problem(
      'PEER_NOT_CONNECTED',
      `"${providerId}" did not take it: ${delivery?.reason ?? 'it does not run'}.`,
    );
  }

  /** The site that it is bound to, whichever process serves that. */
  async siteOf(providerId: string): Promise<string | undefined> {
    const document = await this.ports.documents.get(OSCP_PEERS, providerId);
    return document === undefined ? undefined : partsOf(document)?.config.siteId;
  }

  async isToken(providerId: string, token: string): Promise<boolean> {
    const known = this.host.find(providerId)?.stored.state ?? (await this.storedState(providerId));
    return known?.acceptedHashes.includes(this.ports.secrets.hash(token)) === true;
  }

  async receive(providerId: string, message: IncomingMessage): Promise<OscpAnswer> {
    const peer = this.host.find(providerId);
    if (peer === undefined) return { status: 503, detail: 'No process serves its site at the moment.' };
    return receive(peer, message).catch((error: unknown) => {
      this.ports.log.error(
        { providerId, message: message.name, error: String(error) },
        'an OSCP message could not be taken',
      );
      return { status: 503, detail: 'It could not be taken; send it again.' };
    });
  }

  private refuseUnfit({ siteId, circuitId, publicUrl, versionUrl }: OscpConfig): void {
    const site = this.ports.sites.find(siteId);
    if (site === undefined) throw new Problem('SITE_NOT_FOUND', `There is no site "${siteId}".`, { field: '/siteId' });
    if (!site.circuits.some(({ id }) => id === circuitId)) {
      throw new Problem('CIRCUIT_UNKNOWN', `The site has no circuit "${circuitId}".`, { field: '/circuitId' });
    }
    if (!URL.canParse(publicUrl)) {
      throw new Problem('PEER_URL_REFUSED', `"${publicUrl}" is no URL.`, { field: '/publicUrl' });
    }
    if (versionUrl === undefined) return;
    const verdict = this.ports.outbound.check(versionUrl);
    if (!verdict.ok) {
      throw new Problem('PEER_URL_REFUSED', `It may not be called: ${verdict.reason}.`, { field: '/versionUrl' });
    }
  }

  /** The same again changes nothing that was agreed with the other side. */
  private stateFor(
    config: OscpConfig,
    known: OscpStored | undefined,
    tokenA: string | undefined,
  ): { readonly state: OscpState; readonly made?: string } {
    const { hash, make } = this.ports.secrets;
    const state = known?.state ?? NEW_STATE;
    const startsAnew =
      known === undefined ||
      known.config.versionUrl !== config.versionUrl ||
      (tokenA !== undefined && hash(tokenA) !== state.startHash);
    if (!startsAnew) return { state };
    const fresh = { ...state, registration: { status: 'waiting' }, handshakeMs: null, theirs: null } as const;
    if (config.versionUrl !== undefined) {
      if (tokenA === undefined) {
        const detail = 'The other side gave a token along with its versionUrl; it is to be shown when we register.';
        throw new Problem('INVALID_REQUEST', detail, { field: '/tokenA' });
      }
      return { state: { ...fresh, startToken: tokenA, startHash: hash(tokenA), acceptedHashes: [] } };
    }
    const given = tokenA ?? make();
    return {
      state: { ...fresh, startToken: null, startHash: hash(given), acceptedHashes: [hash(given)] },
      ...(tokenA === undefined ? { made: given } : {}),
    };
  }

  private async require(providerId: string): Promise<StoredDocument> {
    const document = await this.ports.documents.get(OSCP_PEERS, providerId);
    if (document !== undefined && partsOf(document) !== undefined) return document;
    throw new Problem('OSCP_PROVIDER_NOT_FOUND', `There is no OSCP provider "${providerId}".`);
  }

  private async storedState(providerId: string): Promise<OscpState | undefined> {
    const document = await this.ports.documents.get(OSCP_PEERS, providerId);
    return document === undefined ? undefined : partsOf(document)?.state;
  }

  private async read(document: StoredDocument): Promise<OscpStored> {
    const { id, organisationId } = document;
    const parts = partsOf(document);
    if (parts === undefined) throw new Error(`what is stored of the OSCP provider ${id} can not be read`);
    const forecasts = await this.ports.documents.get(OSCP_FORECASTS, id);
    return { providerId: id, organisationId, ...parts, forecasts: forecastsFrom(forecasts?.body) };
  }

  private async viewOf(document: StoredDocument): Promise<OscpProviderView> {
    const running = this.host.find(document.id);
    const { providerId, organisationId, config, state, forecasts } = running?.stored ?? (await this.read(document));
    return {
      ...config,
      providerId,
      organisationId,
      baseUrl: ourBaseUrl(config.publicUrl, providerId, config.role),
      status: state.registration.status,
      connection: isAway(state, this.ports.clock.nowMs())
        ? 'away'
        : state.handshakeMs === null && state.heardMs === null
          ? 'notYet'
          : 'online',
      heardAtMs: state.heardMs,
      offlineModeAtMs: state.offlineModeAtMs,
      wants: state.theirs,
      forecasts: FORECAST_TYPES.map((type) => ({ type, blocks: forecasts[type] })),
      eventId: eventIdOf(providerId),
      notes: running?.notes ?? [],
    };
  }
}

/** Written by this program: what it means is in its own types. */
function partsOf({ body }: StoredDocument): Pick<OscpStored, 'config' | 'state'> | undefined {
  const { config, state } = Object(body) as Partial<OscpStored>;
  return config?.siteId === undefined || state?.registration === undefined ? undefined : { config, state };
}
