import { InvalidTariff } from '../../../tariffs/index.js';

/** What the document is refused for. Throws where it is taken, or where anything else goes wrong. */
export function fault(read: () => unknown): InvalidTariff {
  try {
    read();
  } catch (error) {
    if (error instanceof InvalidTariff) return error;
    throw error;
  }
  throw new Error('the document was taken');
}
