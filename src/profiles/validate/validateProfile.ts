import type { OcppVersion } from '../composite/installedProfile.js';
import { readProfile } from '../composite/readProfile.js';
import { UnreadableProfile } from '../composite/wireMembers.js';
import { type ProfileRule, ruleContext, type ValidateInput } from './ruleContext.js';
import { DC_21, RULES_201, RULES_201_ONLY } from './rules2x.js';
import { RULES_16 } from './rules16.js';
import { RULES_21 } from './rules21.js';

export type ProfileVerdict =
  | { readonly accepted: true }
  /** rule: the requirement's id, or where it stands. */
  | { readonly accepted: false; readonly reasonCode: string; readonly rule: string };

const RULES: Readonly<Record<OcppVersion, readonly ProfileRule[]>> = {
  '1.6': RULES_16,
  '2.0.1': [...RULES_201, ...RULES_201_ONLY],
  '2.1': [...RULES_201, DC_21, ...RULES_21],
};

/**
 * Would a station that keeps to the specification take this profile? Known before it is sent. Pure. What is not known of the station
 * refuses nothing. Never throws, whatever the profile and the installed ones are: a profile that can't be calculated with is refused
 * as the schema would, with the member at fault as its rule. What depends on time (2.1: RateLimitExceeded, K01.FR.56) or on what the
 * car has said (K01.FR.142) is not judged.
 */
export function validateProfile(input: ValidateInput): ProfileVerdict {
  const context = ruleContext(input);
  const broken = RULES[input.ocppVersion].find(({ isBroken }) => isBroken(context));
  if (broken !== undefined) return { accepted: false, reasonCode: broken.reasonCode, rule: broken.rule };
  return malformed(input) ?? { accepted: true };
}

function malformed({ ocppVersion, evseId, profile }: ValidateInput): ProfileVerdict | undefined {
  try {
    readProfile(ocppVersion, evseId, profile);
    return undefined;
  } catch (error) {
    if (!(error instanceof UnreadableProfile)) throw error;
    const reasonCode = ocppVersion === '1.6' ? 'PropertyConstraintViolation' : 'InvalidProfile';
    return { accepted: false, reasonCode, rule: error.message };
  }
}
