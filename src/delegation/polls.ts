import type { CommandPage, CommandsAsked, DelegatedCommand } from '../control/delegation/delegation.js';
import type { Clock } from '../site/clock.js';

/** Whoever asks while so many wait is answered at once. */
const POLLS_MAX = 1_000;

interface Poll {
  readonly isVisible: (siteId: string) => boolean;
  readonly end: () => void;
}

export interface PollsOptions {
  readonly clock: Clock;
  /** What there is now for whoever asks. */
  readonly page: (asked: CommandsAsked) => CommandPage;
}

/** Those who wait for a command to come. */
export class Polls {
  private readonly options: PollsOptions;
  private readonly waiting = new Set<Poll>();
  private closed = false;

  constructor(options: PollsOptions) {
    this.options = options;
  }

  async answer(asked: CommandsAsked): Promise<CommandPage> {
    const { page } = this.options;
    const first = page(asked);
    const isAtOnce = first.commands.length > 0 || asked.waitMs <= 0 || this.waiting.size >= POLLS_MAX;
    if (isAtOnce || this.closed) return first;
    const isGone = await this.something(asked);
    // What is given out to nobody would count as handed on.
    return isGone ? first : page(asked);
  }

  /** True: nobody reads the answer any more. */
  private something({ isVisible, waitMs, onGone }: CommandsAsked): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (isGone: boolean): void => {
        cancel();
        this.waiting.delete(poll);
        resolve(isGone);
      };
      const poll: Poll = { isVisible, end: () => done(false) };
      const cancel = this.options.clock.after(waitMs, () => done(false));
      this.waiting.add(poll);
      onGone(() => done(true));
    });
  }

  wake({ siteId }: Pick<DelegatedCommand, 'siteId'>): void {
    for (const { isVisible, end } of [...this.waiting]) if (isVisible(siteId)) end();
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Who waits is answered, and nobody waits any more. */
  close(): void {
    this.closed = true;
    for (const { end } of [...this.waiting]) end();
  }
}
