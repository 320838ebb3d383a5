import type { ServiceApi } from './serviceApi.js';
import { type Ended, ServiceProcess } from './serviceProcess.js';

/** Its log tells of what went wrong only. */
export const QUIET = { LOG_LEVEL: 'warn' };

/** Something that dies in the middle of the scenario, as in a power cut. */
export interface ScenarioDeath {
  readonly what: string;
  kill(): Promise<void>;
  /** Resolves when the site is served again, by whichever process. */
  untilServed(): Promise<void>;
  /** From its death until another has taken over, at most; 'once started': nobody can, so that it is started again after a while. */
  readonly servedAgainWithinMs: number | 'once started';
}

/** Where the service of the scenario runs: in one process, or in several. */
export interface ScenarioDeployment {
  /** Stays as it is, whatever dies. */
  readonly api: ServiceApi;
  readonly apiUrl: string;
  readonly stationsUrl: string;
  /** Stations that somebody else holds, and where they connect. Absent: none. */
  readonly held?: { readonly isHeld: (stationId: string) => boolean; readonly stationsUrl: string };
  /** Resolves when what stations said has reached the service. Absent: once it was answered, it has. */
  readonly settled?: () => Promise<void>;
  /** In the order in which they are played. */
  readonly deaths: readonly ScenarioDeath[];
  /** How long nobody may be there to bring cars down: a phase may be over its limit for so much longer, if that was in a death's time. */
  readonly unservedAtMostMs: number;
  /** Everything that its processes said lately. */
  readonly output: string;
  /** As a supervisor asks for it: how each process ended. */
  stop(): Promise<readonly Ended[]>;
  /** Nothing of it is left. */
  end(): Promise<void>;
}

/** All in one process, with its file. */
export class EmbeddedDeployment implements ScenarioDeployment {
  readonly api: ServiceApi;
  readonly apiUrl: string;
  readonly stationsUrl: string;
  readonly deaths: readonly ScenarioDeath[];
  readonly unservedAtMostMs = 0;
  #service: ServiceProcess;

  static async start(dataDir: string): Promise<EmbeddedDeployment> {
    return new EmbeddedDeployment(await ServiceProcess.start({ dataDir, environment: QUIET }), dataDir);
  }

  private constructor(service: ServiceProcess, dataDir: string) {
    this.#service = service;
    this.api = service.api;
    this.apiUrl = service.httpUrl;
    this.stationsUrl = service.stationsUrl;
    const { port } = service;
    this.deaths = [
      {
        what: 'the service',
        kill: () => this.#service.kill(),
        untilServed: async () => {
          this.#service = await ServiceProcess.start({ dataDir, port, environment: QUIET });
        },
        servedAgainWithinMs: 'once started',
      },
    ];
  }

  get output(): string {
    return this.#service.output;
  }

  async stop(): Promise<readonly Ended[]> {
    return [await this.#service.stop()];
  }

  end(): Promise<void> {
    return this.#service.kill();
  }
}
