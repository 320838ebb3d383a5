import { Csms } from '../../../examples/csms/csms.js';
import { createEvenkeel } from '../../../src/client/index.js';
import { siteState } from './documents.js';
import type { ScenarioDeath, ScenarioDeployment } from './scenarioDeployment.js';
import { SITE_ID, STATIONS } from './scenarioSite.js';
import type { ServiceApi } from './serviceApi.js';
import { ADMIN_KEY, type Ended } from './serviceProcess.js';
import { until } from './until.js';

const TOLD_AT_MOST_MS = 30_000;
const TROUBLE_KEPT = 200;

/** The service, and a CSMS in this process that keeps some of the stations, or all, and outlives whatever dies of the service. */
export class DelegatedDeployment implements ScenarioDeployment {
  readonly api: ServiceApi;
  readonly apiUrl: string;
  readonly stationsUrl: string;
  readonly held: NonNullable<ScenarioDeployment['held']>;
  readonly deaths: readonly ScenarioDeath[];
  readonly unservedAtMostMs: number;
  readonly #service: ScenarioDeployment;
  readonly #csms: Csms;
  readonly #trouble: string[];

  /** The service is this deployment's from now on: it ends with it, also when this fails. */
  static async start(
    service: ScenarioDeployment,
    isHeld: (stationId: string) => boolean,
  ): Promise<DelegatedDeployment> {
    const trouble: string[] = [];
    const started = Csms.start({
      api: createEvenkeel({ baseUrl: service.apiUrl, key: ADMIN_KEY }),
      port: 0,
      onTrouble: (what) => {
        trouble.push(`${new Date().toISOString()} ${what}`);
        if (trouble.length > TROUBLE_KEPT) trouble.shift();
      },
    });
    const csms = await started.catch(async (error: unknown) => {
      await service.end();
      throw error;
    });
    return new DelegatedDeployment(service, csms, { isHeld, trouble });
  }

  private constructor(
    service: ScenarioDeployment,
    csms: Csms,
    { isHeld, trouble }: { readonly isHeld: (stationId: string) => boolean; readonly trouble: string[] },
  ) {
    this.#service = service;
    this.#csms = csms;
    this.#trouble = trouble;
    this.api = service.api;
    this.apiUrl = service.apiUrl;
    this.stationsUrl = service.stationsUrl;
    this.unservedAtMostMs = service.unservedAtMostMs;
    this.held = { isHeld, stationsUrl: csms.stationsUrl };
    this.deaths = service.deaths.map((death) => ({
      ...death,
      // To their CSMS the stations are connected all the time: served is who is heard again.
      untilServed: async () => {
        await death.untilServed();
        await this.#untilHeard();
      },
    }));
  }

  readonly settled = async (): Promise<void> => {
    await until(() => this.#csms.untold === 0, 'the CSMS has told everything', { atMostMs: TOLD_AT_MOST_MS });
  };

  get output(): string {
    return [this.#service.output, ...this.#trouble].join('\n');
  }

  stop(): Promise<readonly Ended[]> {
    return this.#service.stop();
  }

  async end(): Promise<void> {
    await this.#csms.stop();
    await this.#service.end();
  }

  async #untilHeard(): Promise<void> {
    const held = STATIONS.filter(({ id }) => this.held.isHeld(id)).map(({ id }) => id);
    await until(
      async () => {
        const { stations } = await siteState(this.api, SITE_ID);
        return stations.filter(({ id, online }) => held.includes(id) && online).length === held.length;
      },
      'the CSMS has told who is connected',
      { atMostMs: TOLD_AT_MOST_MS },
    );
  }
}
