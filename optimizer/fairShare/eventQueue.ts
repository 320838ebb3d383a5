export interface EventQueue {
  clear(): void;
  add(event: number): void;
  count(): number;
  sort(): void;
  /** The event at this place of the order. */
  at(index: number): number;
}

const LOW_WORD = new Uint32Array(new Float64Array([1]).buffer)[0] === 0 ? 0 : 1;
/** Larger levels all come last; so none is infinite. */
const LEVEL_MAX = 1e300;

/**
 * Orders events by their level, equal levels by number. Sorting plain numbers is ten times faster than sorting with a comparator,
 * and this is the inner loop of the fill; so the event's number takes the place of the last bits of its level. For a thousand
 * sessions that leaves 41 bits of the level to order by, and levels that differ less than that need no order.
 */
export function createEventQueue(level: Float64Array): EventQueue {
  const keys = new Float64Array(level.length);
  const words = new Uint32Array(keys.buffer);
  const eventBits = 2 ** Math.ceil(Math.log2(Math.max(2, level.length))) - 1;
  let count = 0;
  return {
    clear() {
      count = 0;
    },
    add(event) {
      keys[count] = Math.min(LEVEL_MAX, level[event] as number);
      const word = 2 * count + LOW_WORD;
      words[word] = ((words[word] as number) & ~eventBits) | event;
      count++;
    },
    count: () => count,
    sort() {
      keys.subarray(0, count).sort();
    },
    at: (index) => (words[2 * index + LOW_WORD] as number) & eventBits,
  };
}
