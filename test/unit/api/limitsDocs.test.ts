import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { circuitOf, siteOf, stationOf } from '../../support/builders.js';
import { SeededRandom } from '../../support/seededRandom.js';
import { VirtualSite } from '../../support/virtualSite.js';
import { AUTHORIZED, type Harness, startApi } from './harness.js';

const page = readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8');

interface Example {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  readonly body?: string;
}

/** The commands between ```sh fences. */
function examples(): Example[] {
  const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
    text.split(/^curl /m).slice(1),
  );
  return commands.map((command) => {
    const url = /\$EVENKEEL([^\s"]+)/.exec(command)?.[1] ?? '';
    const body = /-d '([\s\S]*?)'/.exec(command)?.[1];
    return { method: body === undefined ? 'GET' : 'PUT', url, ...(body === undefined ? {} : { body }) };
  });
}

let app: Harness['app'];

beforeAll(async () => {
  const site = siteOf({ siteId: 'villa', circuits: [circuitOf('grid', 25)], stations: [stationOf('A')] });
  const world = new VirtualSite(site, new SeededRandom(1));
  await world.start();
  ({ app } = await startApi({ service: world.service, clock: world.clock }));
});
afterAll(async () => app.close());

describe('docs/limits.md', () => {
  it('has examples for every kind of limit', () => {
    expect(examples().length).toBeGreaterThanOrEqual(6);
  });

  it.each(examples())('$method $url is answered 200', async ({ method, url, body }) => {
    const response = await app.inject({
      method,
      url,
      headers: { ...AUTHORIZED, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { payload: body }),
    });
    expect(response.statusCode, response.body).toBe(200);
  });

  it('says of its dimming what the service answers', async () => {
    const { section14a } = (await app.inject({ url: '/v1/sites/villa/limits/dimming', headers: AUTHORIZED })).json();
    expect(section14a).toMatchObject({ chargePoints: 1, leastPowerW: 11_240, chargingPowerW: 3_360 });
  });
});
