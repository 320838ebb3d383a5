import type { Log } from '../control/ports.js';
import type { MessageSource, StationMessages } from '../control/stationMessageDesk.js';
import { type MessagePage, type MessagesWanted, mergePages } from '../site/loggedMessage.js';
import type { StoredNode } from '../store/store.js';
import type { NodePost } from './nodePost.js';

const ANSWER_AT_MOST_MS = 5_000;

interface GatewayMessagesOptions {
  readonly post: NodePost;
  readonly gateways: () => readonly StoredNode[];
  readonly log: Log;
}

/** The messages of a station from all gateways: it may have been connected to several, one after the other. */
export class GatewayMessages implements MessageSource {
  private readonly options: GatewayMessagesOptions;

  constructor(options: GatewayMessagesOptions) {
    this.options = options;
  }

  async read(stationId: string, wanted: MessagesWanted): Promise<StationMessages> {
    const { gateways } = this.options;
    const pages = await Promise.all(gateways().map(({ nodeId }) => this.ask(nodeId, stationId, wanted)));
    const answered = pages.filter((page) => page !== undefined);
    return { ...mergePages(answered, wanted), isComplete: answered.length === pages.length };
  }

  private async ask(nodeId: string, stationId: string, wanted: MessagesWanted): Promise<MessagePage | undefined> {
    const { post, log } = this.options;
    try {
      return await post.ask(nodeId, 'station.messages', { ask: { stationId, wanted }, timeoutMs: ANSWER_AT_MOST_MS });
    } catch (error) {
      log.warn({ nodeId, stationId, error: String(error) }, 'a gateway did not say what it was told');
      return undefined;
    }
  }
}

/** What a gateway answers of the messages that it keeps. */
export function answerForMessages(
  post: NodePost,
  log: { read(stationId: string, wanted: MessagesWanted): MessagePage },
): void {
  post.handle('station.messages', async ({ stationId, wanted }) => log.read(stationId, wanted));
}
