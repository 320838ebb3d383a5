import { IslandQueue, type IslandQueueOptions } from './islandQueue.js';

interface Open {
  readonly queue: IslandQueue;
  users: number;
}

/**
 * The queues that are open in this process, one of each: a station that comes again is let in while its older connection still writes,
 * and both have to write one after the other.
 */
export class IslandQueues {
  readonly #open = new Map<string, Open>();

  /** As it is stored now. `release`: it is not used here any more; once is enough. */
  async open(options: IslandQueueOptions): Promise<{ readonly queue: IslandQueue; readonly release: () => void }> {
    const { organisationId, upstreamId, stationId } = options;
    const key = `${organisationId}/${upstreamId}/${stationId}`;
    const open = this.#open.get(key) ?? { queue: new IslandQueue(options), users: 0 };
    this.#open.set(key, open);
    open.users++;
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      open.users--;
      void open.queue.idle().then(() => {
        if (open.users === 0 && this.#open.get(key) === open) this.#open.delete(key);
      });
    };
    try {
      await open.queue.reload();
    } catch (error) {
      release();
      throw error;
    }
    return { queue: open.queue, release };
  }
}
