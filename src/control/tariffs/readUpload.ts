import { InvalidTariff, type ReadTariff, readTariff } from '../../../tariffs/index.js';
import { Problem } from '../../site/problem.js';
import type { TariffUpload } from './tariffService.js';

/** Throws Problem with `issues` and `more` where the document is no tariff. */
export function readUpload({ format, content, options }: TariffUpload): ReadTariff {
  return refusing(() => readTariff(content, format, options));
}

/** Runs what reads or joins documents, and throws its InvalidTariff as a Problem. */
export function refusing<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof InvalidTariff)) throw error;
    const { code, message, issues, more } = error;
    throw new Problem(code, message, { details: { issues, more }, cause: error });
  }
}
