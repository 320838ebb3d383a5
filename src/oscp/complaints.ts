import type { CircuitLoad } from '../site/circuitLoad.js';
import { exceededBlocks, unmetBlocks } from './compliance.js';
import { type ForecastedBlock, writeBlocks } from './messages.js';
import type { OscpPost } from './post.js';
import type { KeptBlock } from './series.js';

/** They are told once for each block. */
const TOLD_BLOCKS_MAX = 1_000;

/** Tells the other side of the blocks that are not kept to. */
export class Complaints {
  private readonly post: OscpPost;
  private readonly told = new Set<string>();
  private before = new Set<string>();

  constructor(post: OscpPost) {
    this.post = post;
  }

  /** Of a forecast that has just come: what the building alone exceeds. */
  unmet(blocks: readonly ForecastedBlock[], load: CircuitLoad, at: { nowMs: number; requestId: string }): void {
    const unmet = unmetBlocks(blocks, load, at.nowMs);
    const message = 'What else than cars draws here exceeds the forecast by itself.';
    if (unmet.length > 0) this.complain(message, unmet, at.requestId);
  }

  /** Twice in a row: what was lowered a moment ago needs its time. */
  exceeded(blocks: readonly KeptBlock[], load: CircuitLoad, nowMs: number): void {
    const exceeded = exceededBlocks(blocks, load, nowMs);
    for (const block of exceeded) {
      const key = keyOf(block);
      if (!this.before.has(key) || this.told.has(key)) continue;
      if (this.told.size >= TOLD_BLOCKS_MAX) this.told.clear();
      this.told.add(key);
      const [requestId = ''] = block.messageId.split('#');
      const message = 'More flows than the forecast allows; charging was lowered as far as it can be.';
      this.complain(message, [block], requestId);
    }
    this.before = new Set(exceeded.map(keyOf));
  }

  private complain(message: string, blocks: readonly ForecastedBlock[], correlationId: string): void {
    this.post.note(message);
    void this.post.answer({
      method: 'POST',
      paths: ['group_capacity_compliance_error'],
      body: { message, forecasted_blocks: writeBlocks(blocks) },
      correlationId,
    });
  }
}

function keyOf({ messageId, phase, startMs }: KeptBlock): string {
  return `${messageId} ${phase} ${startMs}`;
}
