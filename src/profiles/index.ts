export { failsafeProfile, type ProfileTarget, txProfile, wireLimitA } from './compile.js';
export { type CompositeVerdict, checkComposite } from './compositeCheck.js';
