import type { CallOptions, CommandOutcome, StationCaller, StationCommand } from '../../site/stationMessages.js';

/** One of several ways on which stations are spoken with: their own sockets, a CSMS, an operator over OCPI. */
export interface StationWay extends StationCaller {
  /** Whether what is said to the station goes this way, whether it can be reached at the moment or not. */
  holds(stationId: string): boolean;
}

/** Each command goes the way that holds its station; the last resort is the way of those that no other holds. */
export class StationWays implements StationCaller {
  private readonly ways: readonly StationWay[];
  private readonly others: () => StationCaller;

  constructor(ways: readonly StationWay[], others: () => StationCaller) {
    this.ways = ways;
    this.others = others;
  }

  call<C extends StationCommand>(
    stationId: string,
    command: C,
    options?: CallOptions,
  ): Promise<CommandOutcome<C['type']>> {
    const way: StationCaller = this.ways.find((known) => known.holds(stationId)) ?? this.others();
    return way.call(stationId, command, options);
  }
}
