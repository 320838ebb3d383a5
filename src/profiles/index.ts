export { wireLimitA } from '../site/electricity.js';
export { type ProfileTarget, stationProfile, txProfile } from './compile.js';
export {
  COMPOSITE_MAX_S,
  type CompositeInput,
  type CompositePeriod,
  type CompositeSchedule,
  type CompositeTransaction,
  compositeSchedule,
} from './composite/compositeSchedule.js';
export { UnreadableProfile } from './composite/wireMembers.js';
export { type CompositeVerdict, checkComposite } from './compositeCheck.js';
export { type CompressOptions, compressSchedule, type LimitSchedule, offeredHours } from './compressSchedule.js';
export type { ProfileEvse, ProfileStation, ValidateInput } from './validate/ruleContext.js';
export { type ProfileVerdict, validateProfile } from './validate/validateProfile.js';
