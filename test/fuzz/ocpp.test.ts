import { describe, expect, it } from 'vitest';
import { fuzz } from '../support/fuzz/fuzzRun.js';

// The built service is attacked over real web sockets, by two stations of each OCPP version, beside two of each that do what they
// should. What is promised is looked at all the while. Ten minutes of it: test/long/fuzz.test.ts.

const SECONDS = Number(process.env.EVENKEEL_FUZZ_SECONDS ?? 20);
/** With this one stations soon draw more than they agreed to, and the others make room. */
const SEED = Number(process.env.EVENKEEL_FUZZ_SEED ?? 4);
const COMMAND = `EVENKEEL_FUZZ_SECONDS=${SECONDS} npm test -- test/fuzz/ocpp.test.ts`;

describe('stations that send whatever they like', () => {
  it(`neither end the service, nor disturb others, nor raise a limit: seed ${SEED}`, {
    timeout: (SECONDS + 180) * 1_000,
  }, async () => {
    const figures = await fuzz({ seed: SEED, durationMs: SECONDS * 1_000, warmUpMs: SECONDS * 250, command: COMMAND });
    console.log(JSON.stringify(figures));
    for (const frames of Object.values(figures.framesByVersion)) expect(frames).toBeGreaterThan(100);
    expect(figures.looks).toBeGreaterThan(10);
  });
});
