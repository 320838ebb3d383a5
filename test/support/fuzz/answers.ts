import type { SeededRandom } from '../seededRandom.js';
import type { FuzzVersion } from './corpus.js';
import { freshId, spoiltFrame, spoiltPayload, spoiltText } from './mutations.js';

/** A call of the service's, as it came. */
export interface ServiceCall {
  readonly id: string;
  readonly action: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What is sent for one call of the service's, one text after another: none where it stays silent. */
export type AnswerTexts = readonly { readonly text: string; readonly afterMs: number }[];

const LATE_MS = [50, 400, 2_000];

/** What a station keeps of its profiles: one number, which every outlet of it has at all times. */
export interface Held {
  limitA: number;
}

/** What an ordinary station answers that keeps its default, and has no transaction. */
export function ordinaryAnswer(version: FuzzVersion, { action, payload }: ServiceCall, held: Held): object {
  switch (action) {
    case 'GetConfiguration':
      return { configurationKey: [], unknownKey: [] };
    case 'SetChargingProfile':
      held.limitA = defaultOf(payload) ?? held.limitA;
      return { status: 'Accepted' };
    case 'GetCompositeSchedule':
      return compositeOf(version, { ...payload, limit: held.limitA, startPeriod: 0 });
    case 'ClearChargingProfile':
      return { status: 'Unknown' };
    case 'UnlockConnector':
      return { status: 'Unlocked' };
    case 'GetChargingProfiles':
      return { status: 'NoProfiles' };
    case 'GetVariables':
      return {
        getVariableResult: asList(payload.getVariableData).map(({ component, variable }) => ({
          attributeStatus: 'UnknownVariable',
          component,
          variable,
        })),
      };
    case 'SetVariables':
      return {
        setVariableResult: asList(payload.setVariableData).map(({ component, variable }) => ({
          attributeStatus: version === '2.1' ? 'Rejected' : 'Accepted',
          component,
          variable,
        })),
      };
    default:
      return { status: 'Accepted' };
  }
}

interface Given {
  readonly random: SeededRandom;
  readonly held: Held;
  /** How often, of 1, an answer is as it should be. */
  readonly honesty: number;
}

/** Of a station that takes what it is told, as often as not in an answer that is wrong, doubled, late or missing. */
export function willingAnswer(version: FuzzVersion, call: ServiceCall, { random, held, honesty }: Given): AnswerTexts {
  const honest = ordinaryAnswer(version, call, held);
  const result = JSON.stringify([3, call.id, honest]);
  if (random.chance(honesty)) return at(0, result);
  return random.pick<() => AnswerTexts>([
    () => [],
    () => at(random.pick(LATE_MS), result),
    () => [...at(0, result), ...at(0, result)],
    () => at(0, JSON.stringify([3, freshId(random), honest])),
    () => at(0, JSON.stringify([4, call.id, random.pick(['NotSupported', 'InternalError', 'x', '']), '', {}])),
    () => at(0, JSON.stringify([3, call.id, spoiltPayload(honest, random)])),
    () => at(0, JSON.stringify(spoiltFrame([3, call.id, honest], random))),
    () => at(0, spoiltText(result, random)),
    () => at(0, JSON.stringify([3, call.id, oddComposite(version, random)])),
  ])();
}

/**
 * Of a station that never takes a charging profile. What it answers to one looks as much like a yes as an answer can that is none;
 * and it says nothing of a composite schedule, from which the service might believe that it holds what it was told.
 */
export function unwillingAnswer(
  version: FuzzVersion,
  call: ServiceCall,
  given: Given & { readonly earlierIds: readonly string[] },
): AnswerTexts {
  const { random, earlierIds } = given;
  const { id, action } = call;
  if (action === 'GetCompositeSchedule') return at(0, JSON.stringify([3, id, { status: 'Rejected' }]));
  if (action !== 'SetChargingProfile') return willingAnswer(version, call, given);
  const yes = { status: 'Accepted' };
  const rejected = JSON.stringify([3, id, { status: 'Rejected' }]);
  const earlier = earlierIds.length === 0 ? freshId(random) : random.pick(earlierIds);
  return random.pick<() => AnswerTexts>([
    () => at(0, rejected),
    () => [...at(0, rejected), ...at(0, JSON.stringify([3, id, yes]))],
    () => [...at(0, JSON.stringify([3, earlier, yes])), ...at(0, rejected)],
    () => at(0, JSON.stringify([3, `${id} `, yes])),
    () => at(0, JSON.stringify([3, id, yes, {}])),
    () => at(0, JSON.stringify([3, id, [yes]])),
    () =>
      at(
        0,
        JSON.stringify([3, id, { status: random.pick(['ACCEPTED', 'accepted', ' Accepted', ['Accepted'], true, 1]) }]),
      ),
    () => at(0, `[3,${JSON.stringify(id)},{"status":"Rejected","status":"Accepted"}]`),
    () => at(0, `[3,${JSON.stringify(id)},{"__proto__":{"status":"Accepted"}}]`),
    () => at(0, JSON.stringify([2, id, 'SetChargingProfile', yes])),
    () => at(0, JSON.stringify([6, id, 'SetChargingProfile', yes])),
    () => at(0, JSON.stringify([4, id, 'Accepted', 'Accepted', yes])),
    () => at(0, JSON.stringify([5, id, 'Accepted', 'Accepted', yes])),
  ])();
}

function oddComposite(version: FuzzVersion, random: SeededRandom): object {
  const limit = random.pick([0, 6, 16, 1e6, -1, 5.999_999_999]);
  return compositeOf(version, { duration: 60, limit, startPeriod: random.pick([0, 0, 0, -1, 60]) });
}

interface CompositeWords {
  readonly evseId?: unknown;
  readonly connectorId?: unknown;
  readonly duration?: unknown;
  readonly limit: number;
  readonly startPeriod: number;
}

function compositeOf(
  version: FuzzVersion,
  { evseId = 1, connectorId = 1, duration, limit, startPeriod }: CompositeWords,
): object {
  const schedule = { duration, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod, limit }] };
  const scheduleStart = new Date().toISOString();
  return version === '1.6'
    ? { status: 'Accepted', connectorId, scheduleStart, chargingSchedule: schedule }
    : { status: 'Accepted', schedule: { ...schedule, evseId, scheduleStart } };
}

/** The limit of a default, or of a maximum; undefined for a transaction's profile. */
function defaultOf(payload: ServiceCall['payload']): number | undefined {
  const { chargingProfile, csChargingProfiles } = payload;
  const profile = (chargingProfile ?? csChargingProfiles) as Readonly<Record<string, unknown>>;
  const [schedule] = [profile.chargingSchedule].flat() as { chargingSchedulePeriod: { limit: number }[] }[];
  return profile.chargingProfilePurpose === 'TxProfile' ? undefined : schedule?.chargingSchedulePeriod[0]?.limit;
}

function at(afterMs: number, text: string): AnswerTexts {
  return [{ text, afterMs }];
}

function asList(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value : [];
}
