import { fileURLToPath } from 'node:url';
import type { Registry } from 'prom-client';
import { buildApi } from '../api/api.js';
import type { ApiOptions } from '../api/options.js';
import type { Config } from '../config.js';
import { Accounts } from '../control/accounts/accounts.js';
import { KeptAnswers } from '../control/delegation/keptAnswers.js';
import type { UpstreamDesk } from '../control/upstreams.js';
import type { Gateway } from '../gateway/gateway.js';
import { LISTEN_BACKLOG } from '../gateway/listenBacklog.js';
import { TlsPortFailure, TlsPorts, type TlsPortsOptions } from '../gateway/tls/tlsPorts.js';
import { messageOf, type Parts, refuseToStart, type Solvers, systemClock, version } from './foundation.js';
import { identityProvider } from './identityProvider.js';

export interface HttpOptions
  extends Pick<
    ApiOptions,
    'service' | 'webhooks' | 'recipients' | 'oscp' | 'vens' | 'ocpi' | 'isReady' | 'answerOther' | 'failedReplans'
  > {
  readonly parts: Parts;
  readonly registry: Registry;
  readonly delegation: ApiOptions['delegation'];
  readonly solvers: Solvers;
  readonly upstreams: UpstreamDesk;
  /** 'none': this process takes no stations. */
  readonly gateway: Gateway | 'none';
  readonly whereTo?: ApiOptions['whereTo'];
  /** Whether there is such a site, though not in this process. Absent: all are. */
  readonly isSiteElsewhere?: (siteId: string) => boolean;
}

/** The ports of this process, not yet open. */
export class HttpPorts {
  private readonly options: HttpOptions;
  private readonly app: Awaited<ReturnType<typeof buildApi>>;
  private readonly tls: TlsPorts | 'off';

  /** Undefined: the reason was told, and the process ends. */
  static async build(options: HttpOptions): Promise<HttpPorts | undefined> {
    const {
      parts,
      registry,
      delegation,
      solvers,
      gateway,
      service,
      webhooks,
      recipients,
      upstreams,
      isReady,
      answerOther,
      whereTo,
      isSiteElsewhere,
      failedReplans,
      oscp,
      vens,
      ocpi,
    } = options;
    const app = await buildApi({
      service,
      optimizer: solvers.api,
      webhooks,
      delegation,
      keptAnswers: new KeptAnswers({ documents: parts.store.documents, clock: systemClock, log: parts.log }),
      recipients,
      accounts: new Accounts({
        store: parts.store.accounts,
        siteOfStation: (stationId) => parts.store.siteOfStation(stationId),
        listSites: () => service.listSites(),
        isSiteElsewhere,
        hasTariff: (tariffId) => service.tariffs.listTariffs().some((tariff) => tariff.tariffId === tariffId),
        clock: systemClock,
        log: parts.log,
        ...(await identityProvider(parts)),
      }),
      upstreams,
      isReady,
      metrics: registry,
      clock: systemClock,
      version: version(),
      logger: { level: parts.config.logLevel, stream: process.stderr },
      trustedProxies: parts.config.trustedProxies.map(({ address, prefixBits }) => `${address}/${prefixBits}`),
      dashboardFolder: fileURLToPath(new URL('../../dashboard', import.meta.url)),
      ...(answerOther === undefined ? {} : { answerOther }),
      ...(whereTo === undefined ? {} : { whereTo }),
      ...(failedReplans === undefined ? {} : { failedReplans }),
      ...(oscp === undefined ? {} : { oscp }),
      ...(vens === undefined ? {} : { vens }),
      ...(parts.config.publicUrl === 'derived' ? {} : { publicUrl: parts.config.publicUrl }),
      ...(ocpi === undefined ? {} : { ocpi }),
    });
    const answer: TlsPortsOptions['answer'] = (request, response) => app.server.emit('request', request, response);
    const tls = gateway === 'none' ? 'off' : openTls({ ...parts, gateway, answer });
    return tls === undefined ? undefined : new HttpPorts(options, app, tls);
  }

  private constructor(options: HttpOptions, app: HttpPorts['app'], tls: TlsPorts | 'off') {
    this.options = options;
    this.app = app;
    this.tls = tls;
  }

  /** Answers the plain port. Undefined: the reason was told, and the process ends. */
  async listen(): Promise<number | undefined> {
    const { app, tls } = this;
    const { parts, gateway } = this.options;
    const { config } = parts;
    if (gateway !== 'none') gateway.attach(app.server);
    const listening = await app
      .listen({ port: config.port, host: config.host, backlog: LISTEN_BACKLOG })
      .catch((error: unknown) => refuseToStart(listenProblem(error, config)));
    if (listening === undefined) return undefined;
    const address = app.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : config.port;
    const tlsListening =
      tls === 'off'
        ? {}
        : await tls.listen(config.host).catch((error: unknown) => refuseToStart(listenProblem(error, config)));
    if (tlsListening === undefined) return undefined;
    this.ports = { plain: port, ...tlsListening };
    return port;
  }

  private ports: Ports | undefined;

  /** To be called once stations and readers are really served. */
  greet(): void {
    const { config, newKey } = this.options.parts;
    if (this.ports !== undefined)
      greet({ config, ports: this.ports, newKey, takesStations: this.options.gateway !== 'none' });
  }

  async close(): Promise<void> {
    await Promise.all([this.app.close(), this.tls === 'off' ? undefined : this.tls.close()]);
  }
}

/** Undefined: the reason was told, and the process ends. */
function openTls(
  parts: Pick<Parts, 'config' | 'log'> & Pick<TlsPortsOptions, 'gateway' | 'answer'>,
): TlsPorts | 'off' | undefined {
  const { config, log, gateway, answer } = parts;
  if (config.tls === 'off') return 'off';
  const opened = TlsPorts.open({ settings: config.tls, clock: systemClock, log, gateway, answer });
  if (!opened.ok) return refuseToStart(opened.error);
  process.on('SIGHUP', () => opened.ports.reload());
  return opened.ports;
}

interface Ports {
  readonly plain: number;
  readonly tls?: number;
  readonly mutualTls?: number;
}

function greet({
  config,
  ports,
  newKey,
  takesStations,
}: {
  config: Config;
  ports: Ports;
  newKey: string | undefined;
  takesStations: boolean;
}): void {
  const host =
    config.host === '0.0.0.0' || config.host === '::'
      ? 'localhost'
      : config.host.includes(':')
        ? `[${config.host}]`
        : config.host;
  const lines = [
    `Evenkeel ${version()} is running.`,
    `  Dashboard and API   http://${host}:${ports.plain}/`,
    ...(takesStations ? [`  Stations            ws://${host}:${ports.plain}/ocpp/{stationId}`] : []),
    ...(config.roles === 'all' ? [] : [`  Roles               ${config.roles.join(', ')}`]),
    ...(ports.tls === undefined
      ? []
      : [
          `  Over TLS            https://${host}:${ports.tls}/`,
          `                      wss://${host}:${ports.tls}/ocpp/{stationId}`,
        ]),
    ...(ports.mutualTls === undefined
      ? []
      : [`  With certificates   wss://${host}:${ports.mutualTls}/ocpp/{stationId}`]),
    ...(newKey === undefined
      ? []
      : [`  Admin key           ${newKey}`, '                      (shown this once: keep it)']),
    ...(config.allowUnauthenticatedStations ? ['  Stations without credentials are let in: for a lab only.'] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function listenProblem(failure: unknown, config: Config): string {
  const [name, number, error] =
    failure instanceof TlsPortFailure
      ? [failure.variable, failure.number, failure.cause]
      : ['PORT', config.port, failure];
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `${name}=${number}: another program has this port. Stop it, or set ${name} to a free one.`;
  if (code === 'EACCES')
    return `${name}=${number}: not allowed. Ports below 1024 need privileges; set ${name} to a higher one.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST=${config.host}: this machine has no such address. Leave HOST out to listen on all.`;
  return messageOf(error);
}
