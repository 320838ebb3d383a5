import { describe, expect, it } from 'vitest';
import { fuzz } from '../support/fuzz/fuzzRun.js';

// Ten minutes of what test/fuzz/ocpp.test.ts does for seconds, from another seed every day.

const DAY_MS = 86_400_000;
const SECONDS = Number(process.env.EVENKEEL_FUZZ_SECONDS ?? 600);
const SEED = Number(process.env.EVENKEEL_FUZZ_SEED ?? Math.floor(Date.now() / DAY_MS));
const WARM_UP_MS = 60_000;
const COMMAND = `EVENKEEL_FUZZ_SECONDS=${SECONDS} npm run test:long -- test/long/fuzz.test.ts`;

describe('stations that send whatever they like, for long', () => {
  it(`neither end the service, nor disturb others, nor raise a limit: seed ${SEED}`, async () => {
    const warmUpMs = Math.min(WARM_UP_MS, SECONDS * 250);
    const figures = await fuzz({ seed: SEED, durationMs: SECONDS * 1_000, warmUpMs, command: COMMAND });
    console.log(JSON.stringify(figures));
    for (const frames of Object.values(figures.framesByVersion)) expect(frames).toBeGreaterThan(SECONDS * 10);
  });
});
