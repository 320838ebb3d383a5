import type { Log } from '../control/ports.js';
import { messageOf } from './foundation.js';

/** On SIGTERM and SIGINT: one step after the other, within so long; then the process ends. */
export function closeOnSignals(log: Log, atMostMs: number, steps: readonly (() => Promise<unknown>)[]): void {
  let closing = false;
  const close = async (signal: string): Promise<void> => {
    if (closing) return;
    closing = true;
    log.info({ signal }, 'closing');
    setTimeout(() => process.exit(1), atMostMs).unref();
    try {
      for (const step of steps) await step();
      process.exit(0);
    } catch (error) {
      log.error({ error: messageOf(error) }, 'closing failed');
      process.exit(1);
    }
  };
  process.on('SIGTERM', () => void close('SIGTERM'));
  process.on('SIGINT', () => void close('SIGINT'));
}
