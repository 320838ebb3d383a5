import { expect } from 'vitest';
import { ChargingService } from '../../../src/control/chargingService.js';
import { createOcpp16Dialect } from '../../../src/ocpp/v16/dialect.js';
import type { Clock } from '../../../src/site/clock.js';
import type { SiteModel } from '../../../src/site/model.js';
import type { StationCaller } from '../../../src/site/stationMessages.js';
import { circuitOf, siteOf, stationOf } from '../../support/builders.js';
import { MemoryStore } from '../../support/memoryStore.js';
import { VERSIONS_2X } from '../../support/ocpp2xSchemas.js';
import { SeededRandom } from '../../support/seededRandom.js';
import { type RunningGateway, startGateway } from '../../unit/gateway/gatewayFixture.js';

export const SITE_ID = 'garage';
export const LIMIT_A = 20;

const realClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

export interface Service2x {
  readonly service: ChargingService;
  readonly running: RunningGateway;
  readonly anomalies: readonly string[];
  stop(): Promise<void>;
}

/** The service's core behind a gateway that speaks every version, and one station with one EVSE below 20 A. */
export async function startService2x(
  more: Partial<SiteModel> = {},
  { allowUnauthenticated = true } = {},
): Promise<Service2x> {
  const errors: string[] = [];
  const anomalies: string[] = [];
  const quiet = () => undefined;
  let running: RunningGateway | undefined;
  const caller: StationCaller = {
    call: (...call) =>
      running?.gateway.call(...call) ?? Promise.resolve({ outcome: 'notSent', reason: 'offline' } as const),
  };
  const service = new ChargingService({
    store: new MemoryStore(),
    clock: realClock,
    random: new SeededRandom(1),
    log: {
      info: quiet,
      warn: (fields) => {
        if ('kind' in fields) anomalies.push(String(fields.kind));
      },
      error: (fields, message) => void errors.push(`${message} ${JSON.stringify(fields)}`),
    },
    metrics: { planned: quiet, profileSent: quiet, profileAnswered: quiet },
    allowUnauthenticated,
    caller: () => caller,
  });
  await service.load();
  await service.putSite(
    siteOf({ siteId: SITE_ID, circuits: [circuitOf('grid', LIMIT_A)], stations: [stationOf('A')], ...more }),
  );
  running = await startGateway({
    handler: service.stations,
    clock: realClock,
    allowUnauthenticated,
    dialects: [...VERSIONS_2X.map(({ dialect }) => dialect), createOcpp16Dialect()],
  });
  const stop = async () => {
    await running?.stop();
    await service.close();
    expect(errors).toEqual([]);
  };
  return { service, running, anomalies, stop };
}
