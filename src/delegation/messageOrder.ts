import type { Batch, DelegatedMessage, MessagesTaken } from '../control/delegation/delegation.js';

interface Order {
  epoch: string;
  /** Undefined: begins with the first that comes. */
  nextSeq: number | undefined;
  turn: Promise<unknown>;
}

/** Takes one message. 'taken', or what was wrong with it. */
type Take = (message: DelegatedMessage) => Promise<string>;

/**
 * Messages of one station in the order in which it wrote them: what comes twice is dropped, and nothing is taken after a gap until it
 * is filled.
 */
export class MessageOrder {
  private readonly orders = new Map<string, Order>();

  take(stationId: string, batch: Batch<DelegatedMessage>, take: Take): Promise<MessagesTaken> {
    const order = this.orders.get(stationId) ?? { epoch: batch.epoch, nextSeq: undefined, turn: Promise.resolve() };
    this.orders.set(stationId, order);
    const turn = order.turn.then(() => takeInOrder(order, batch, take));
    order.turn = turn.catch(() => undefined);
    return turn;
  }
}

async function takeInOrder(order: Order, batch: Batch<DelegatedMessage>, take: Take): Promise<MessagesTaken> {
  if (order.epoch !== batch.epoch) {
    order.epoch = batch.epoch;
    order.nextSeq = undefined;
  }
  const refused: { readonly seq: number; readonly detail: string }[] = [];
  for (const { seq, ...message } of [...batch.items].sort((a, b) => a.seq - b.seq)) {
    order.nextSeq ??= seq;
    if (seq < order.nextSeq) continue;
    if (seq > order.nextSeq) break;
    const said = await take(message);
    if (said !== 'taken') refused.push({ seq, detail: said });
    order.nextSeq = seq + 1;
  }
  const expectedSeq = order.nextSeq ?? 1;
  return { ackedSeq: expectedSeq - 1, expectedSeq, refused };
}
