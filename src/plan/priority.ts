import { PRIORITY_DEFAULT } from '../site/model.js';

/** Five steps of priority double the share: 10 gets twice the default's, 0 half of it. */
export function weightOf(priority: number): number {
  return 2 ** ((priority - PRIORITY_DEFAULT) / 5);
}
