import type { InjectOptions } from 'fastify';
import { problem, session } from '../optimizer/problems.js';
import { AUTHORIZED, type Harness } from './harness.js';

/** 24 quarters for two cars. */
export const GOOD = problem(40, [session('a'), session('b', { phases: ['L2'] })], { slots: 24 });
export const slotsOf = (value: number) => new Array<number>(24).fill(value);
export const withSession = (members: object) => ({ ...GOOD, sessions: [{ ...GOOD.sessions[0], ...members }] });
export const withCircuit = (members: object) => ({ ...GOOD, circuits: [{ ...GOOD.circuits[0], ...members }] });
export const withCharge = (members: object) => ({
  ...GOOD,
  demandCharges: [{ circuitId: 'grid', pricePerKw: 4, peakSoFarKw: 0, ...members }],
});

export async function post({ app }: Pick<Harness, 'app'>, payload: object | string, more: Partial<InjectOptions> = {}) {
  const headers = { ...AUTHORIZED, 'content-type': 'application/json', ...more.headers };
  const response = await app.inject({ method: 'POST', url: '/v1/optimize', ...more, headers, payload });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}
