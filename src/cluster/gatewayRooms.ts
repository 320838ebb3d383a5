import type { OnboardingRooms, Siteless } from '../control/onboardingDesk.js';
import { detailsOf, type OnboardingRoom } from '../control/onboardingRoom.js';
import type { Log } from '../control/ports.js';
import type { StoredNode } from '../store/store.js';
import type { GatewayLinks } from './gatewayLinks.js';
import type { NodeMessages } from './messages.js';
import type { NodePost } from './nodePost.js';

const ANSWER_AT_MOST_MS = 5_000;

interface GatewayRoomsOptions {
  readonly post: NodePost;
  readonly gateways: () => readonly StoredNode[];
  readonly log: Log;
}

/**
 * The rooms of all gateways as one. A gateway that starts while onboarding is open has its room closed: whoever waits there asks again,
 * and its owner opens again.
 */
export class GatewayRooms implements OnboardingRooms {
  private readonly options: GatewayRoomsOptions;

  constructor(options: GatewayRoomsOptions) {
    this.options = options;
  }

  async look() {
    const rooms = await this.askAll('onboarding.look', {});
    const open = rooms.flatMap(({ openUntilMs }) => (openUntilMs === 'closed' ? [] : [openUntilMs]));
    return {
      openUntilMs: open.length === 0 ? ('closed' as const) : Math.max(...open),
      waiting: rooms.flatMap(({ waiting }) => waiting),
      siteless: rooms.flatMap(({ siteless }) => siteless),
    };
  }

  async open(durationMs: number): Promise<void> {
    await this.askAll('onboarding.open', { durationMs });
  }

  async close(): Promise<void> {
    await this.askAll('onboarding.close', {});
  }

  async release(stationId: string): Promise<void> {
    await this.askAll('onboarding.release', { stationId });
  }

  private async askAll<T extends keyof NodeMessages>(
    type: T,
    ask: NodeMessages[T]['ask'],
  ): Promise<readonly NodeMessages[T]['answer'][]> {
    const { post, gateways, log } = this.options;
    const answers = await Promise.all(
      gateways().map(({ nodeId }) =>
        post.ask(nodeId, type, { ask, timeoutMs: ANSWER_AT_MOST_MS }).then(
          (answer) => [answer],
          (error: unknown) => {
            log.warn({ nodeId, type, error: String(error) }, 'a gateway did not answer');
            return [];
          },
        ),
      ),
    );
    return answers.flat();
  }
}

/** What a gateway answers of its own room. */
export function answerForRoom(post: NodePost, room: OnboardingRoom, links: GatewayLinks): void {
  post.handle('onboarding.look', async () => ({
    openUntilMs: room.openUntilMs,
    waiting: room.list(),
    siteless: links.list().flatMap((link): readonly Siteless[] => {
      const { stationId, socket, sinceMs, boot, site } = link;
      return site.kind === 'none'
        ? [{ stationId, socket, sinceMs, boot: boot === undefined ? undefined : detailsOf(boot) }]
        : [];
    }),
  }));
  post.handle('onboarding.open', async ({ durationMs }) => {
    room.open(durationMs);
    return { status: 'taken' };
  });
  post.handle('onboarding.close', async () => {
    room.close();
    return { status: 'taken' };
  });
  post.handle('onboarding.release', async ({ stationId }) => {
    room.release(stationId);
    return { status: 'taken' };
  });
}
