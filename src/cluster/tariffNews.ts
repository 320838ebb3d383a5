import type { StopListening } from '../bus/bus.js';
import type { ChargingService } from '../control/chargingService.js';
import type { Log } from '../control/ports.js';
import type { Clock } from '../site/clock.js';
import type { NodePost } from './nodePost.js';

export interface TariffNewsOptions {
  readonly post: NodePost;
  readonly tariffs: Pick<ChargingService['tariffRegistry'], 'reload' | 'onChange'>;
  readonly clock: Clock;
  readonly log: Log;
  /** A tariff was put, changed or deleted at this process. */
  readonly onChanged: (tariffId: string) => void;
}

const RELOAD_EVERY_MS = 30_000;
const RELOAD_SOON_MS = 100;

/** Every process has every tariff in memory: a change at one is told to all, and what the bus loses is read within half a minute. */
export class TariffNews {
  private readonly options: TariffNewsOptions;
  private isReloading = false;
  private isWanted = false;
  private cancelSoon: (() => void) | undefined;
  private cancelEvery = (): void => {};
  private stopHearing: StopListening = () => {};
  private closed = false;

  constructor(options: TariffNewsOptions) {
    this.options = options;
  }

  async start(): Promise<void> {
    const { post, tariffs, onChanged } = this.options;
    tariffs.onChange((tariffId, origin) => {
      // What was only read here has been told already.
      if (origin === 'store') return;
      post.tellAll('tariffs.changed', { tariffId }).catch(() => undefined);
      onChanged(tariffId);
    });
    this.stopHearing = await post.hear('tariffs.changed', () => this.reloadSoon());
    this.again();
  }

  close(): void {
    this.closed = true;
    this.cancelSoon?.();
    this.cancelEvery();
    this.stopHearing();
  }

  async reload(): Promise<void> {
    if (this.isReloading) {
      this.isWanted = true;
      return;
    }
    this.isReloading = true;
    try {
      await this.options.tariffs.reload();
    } catch (error) {
      this.options.log.warn(
        { error: String(error) },
        'the tariffs could not be read; going on with those that are known',
      );
    } finally {
      this.isReloading = false;
      if (this.isWanted) this.reloadSoon();
      this.isWanted = false;
    }
  }

  private reloadSoon(): void {
    if (this.closed) return;
    this.cancelSoon ??= this.options.clock.after(RELOAD_SOON_MS, () => {
      this.cancelSoon = undefined;
      void this.reload();
    });
  }

  private again(): void {
    this.cancelEvery = this.options.clock.after(RELOAD_EVERY_MS, () => {
      void this.reload().finally(() => {
        if (!this.closed) this.again();
      });
    });
  }
}
