import type { CallOptions, CommandOutcome, StationCaller, StationCommand } from '../../site/stationMessages.js';

/** One of several ways on which stations are spoken with: their own sockets, a CSMS, an operator over OCPI. */
export interface StationWay extends StationCaller {
  /** Whether what is said to the station goes this way, whether it can be reached at the moment or not. */
  holds(stationId: string): boolean;
}

export interface StationWaysOptions {
  /** For those that no other way holds; it looks after ownership itself. */
  readonly others: () => StationCaller;
  /** Whether this process may still raise what the station draws: with its site's lease run out, another may do so already. */
  readonly isOwned: (stationId: string) => boolean;
}

/** Each command goes the way that holds its station; the last resort is the way of those that no other holds. */
export class StationWays implements StationCaller {
  private readonly ways: readonly StationWay[];
  private readonly options: StationWaysOptions;

  constructor(ways: readonly StationWay[], options: StationWaysOptions) {
    this.ways = ways;
    this.options = options;
  }

  call<C extends StationCommand>(
    stationId: string,
    command: C,
    options?: CallOptions,
  ): Promise<CommandOutcome<C['type']>> {
    const way = this.ways.find((known) => known.holds(stationId));
    if (way === undefined) return this.options.others().call(stationId, command, options);
    if (options?.priority !== 'safety' && !this.options.isOwned(stationId))
      return Promise.resolve({ outcome: 'notSent', reason: 'offline' });
    return way.call(stationId, command, options);
  }
}
