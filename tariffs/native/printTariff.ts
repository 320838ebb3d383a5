import type { Tariff } from '../types.js';
import type { NativeTariff } from './nativeTariff.js';
import { tariffShape } from './tariffShape.js';

/**
 * The document of format 'evenkeel' of a tariff: readNative(printTariff(tariff)).tariff is the tariff.
 * Always the same for the same tariff: members in one order, defaults left out, instants in the tariff's local time.
 */
export function printTariff(tariff: Tariff): NativeTariff {
  return tariffShape.print(tariff, tariff.timeZone);
}
