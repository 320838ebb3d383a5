/**
 * Lets so many pieces of work run at a time, in the order in which they came. Hashing passwords keeps a core busy for each: after a
 * restart all of them would be, while the service's own work waits.
 */
export class HashingTurns {
  private readonly atOnceMax: number;
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(atOnceMax: number) {
    this.atOnceMax = atOnceMax;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.atOnceMax) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      return await work();
    } finally {
      // The turn is handed on, so that nobody who comes just now goes before those who wait.
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }
}
