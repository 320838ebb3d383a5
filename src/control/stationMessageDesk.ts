import type { MessagePage, MessagesWanted } from '../site/loggedMessage.js';

/** What was said between stations and this service lately. */
export interface StationMessageService {
  /** Throws Problem STATION_NOT_FOUND. */
  read(stationId: string, wanted: MessagesWanted): Promise<StationMessages>;
}

export interface StationMessages extends MessagePage {
  /** False: a gateway did not answer, and messages of it may be missing. */
  readonly isComplete: boolean;
}

/** Where the messages are kept: at this process, or at all gateways. */
export interface MessageSource {
  read(stationId: string, wanted: MessagesWanted): Promise<StationMessages>;
}

export class StationMessageDesk implements StationMessageService {
  private readonly options: {
    readonly source: MessageSource;
    readonly requireStation: (stationId: string) => void;
  };

  constructor(options: StationMessageDesk['options']) {
    this.options = options;
  }

  async read(stationId: string, wanted: MessagesWanted): Promise<StationMessages> {
    this.options.requireStation(stationId);
    return this.options.source.read(stationId, wanted);
  }
}
