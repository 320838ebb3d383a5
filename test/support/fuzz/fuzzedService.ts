import { get } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { SiteState } from '../../../src/api/state/document.js';
import { ADMIN_KEY, type Ended, ServiceProcess } from '../../e2e/support/serviceProcess.js';
import { until } from '../../e2e/support/until.js';
import { flawOfLogLine } from './checks.js';
import { FUZZ_SITE_ID, FUZZ_STATIONS, fuzzSiteDocument, passwordOf } from './fuzzSite.js';

const PROBE = fileURLToPath(new URL('serviceProbe.mjs', import.meta.url));
const PROBE_PREFIX = 'probe ';
const KEPT_FLAWS = 20;
const READ_AT_MOST_MS = 30_000;

/** What the service's process has in use, after its garbage was collected. */
export interface Usage {
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly sockets: number;
  readonly timers: number;
  /** Whether a station's JSON got into every object of the service. */
  readonly isPolluted: boolean;
}

/** How the service is broken from within, to see that the checks notice. */
export type Sabotage = 'throw' | 'stall' | 'leak';

/** The built service in its own process, with a probe in it; and what is read from it without leaving connections behind. */
export class FuzzedService {
  readonly process: ServiceProcess;
  /** Lines of its log that should not be there. */
  readonly flaws: readonly string[];
  readonly #probes: string[];
  #ended: Ended | undefined;

  static async start(dataDir: string, sabotage?: Sabotage): Promise<FuzzedService> {
    const [flaws, probes]: [string[], string[]] = [[], []];
    const onLine = (line: string, stream: 'stdout' | 'stderr'): void => {
      if (line.startsWith(PROBE_PREFIX)) probes.push(line.slice(PROBE_PREFIX.length));
      const flaw = stream === 'stderr' ? flawOfLogLine(line) : undefined;
      if (flaw !== undefined && flaws.length < KEPT_FLAWS) flaws.push(flaw);
    };
    const service = await ServiceProcess.start({
      dataDir,
      nodeArguments: ['--expose-gc', '--import', PROBE],
      environment: { LOG_LEVEL: 'warn', EVENKEEL_FUZZ_SABOTAGE: sabotage },
      onLine,
    });
    await service.api.put(`/v1/sites/${FUZZ_SITE_ID}`, fuzzSiteDocument());
    await Promise.all(
      FUZZ_STATIONS.map((station) =>
        service.api.put(`/v1/stations/${station.id}/credentials`, { password: passwordOf(station) }),
      ),
    );
    return new FuzzedService(service, flaws, probes);
  }

  private constructor(process: ServiceProcess, flaws: readonly string[], probes: string[]) {
    this.process = process;
    this.flaws = flaws;
    this.#probes = probes;
    void process.ended.then((ended) => {
      this.#ended = ended;
    });
  }

  /** How its process ended; undefined while it runs. */
  get ended(): Ended | undefined {
    return this.#ended;
  }

  /** 'busy' where it sheds load: an answer too, which protects the stations. */
  async state(): Promise<SiteState | 'busy'> {
    try {
      return JSON.parse(await this.#read(`/v1/sites/${FUZZ_SITE_ID}/state`)) as SiteState;
    } catch (error) {
      if (error instanceof Error && error.message.includes('"OVERLOADED"')) return 'busy';
      throw error;
    }
  }

  /** Web sockets of stations, as the service counts them. */
  async connections(): Promise<number> {
    return Number(/^evenkeel_connections (\d+)$/m.exec(await this.#read('/metrics'))?.[1]);
  }

  /** A counter of the service's, by its one label. */
  async counts(name: string, label: string): Promise<Readonly<Record<string, number>>> {
    const lines = (await this.#read('/metrics')).matchAll(new RegExp(`^${name}\\{${label}="(\\w+)"\\} (\\d+)$`, 'gm'));
    return Object.fromEntries([...lines].map(([, value, count]) => [String(value), Number(count)]));
  }

  async usage(): Promise<Usage> {
    const seen = this.#probes.length;
    this.process.signal('SIGUSR2');
    await until(() => this.#probes.length > seen, 'the probe answers', { atMostMs: READ_AT_MOST_MS });
    return JSON.parse(this.#probes.at(-1) ?? '') as Usage;
  }

  /** Over a connection of its own, which ends with the answer: those that are left are the stations'. */
  #read(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${ADMIN_KEY}` };
      const request = get(`${this.process.httpUrl}${path}`, { agent: false, headers, timeout: READ_AT_MOST_MS });
      request.on('timeout', () => request.destroy(new Error(`no answer to GET ${path}`)));
      request.on('error', reject);
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`GET ${path} was answered ${response.statusCode}: ${text.slice(0, 500)}`));
        });
        response.on('error', reject);
      });
    });
  }
}
