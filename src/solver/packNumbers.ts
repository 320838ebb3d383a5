/** Shorter lists cost less as they are. */
const PACKED_FROM = 16;

/** Numbers in one buffer, unless a single list has more. */
const BUFFER_NUMBERS = 32_768;

export interface Packed {
  readonly value: unknown;
  /** They change hands with the message instead of being copied. */
  readonly buffers: readonly ArrayBuffer[];
}

/**
 * A copy of plain data in which every longer list of nothing but numbers is a Float64Array. A structured clone writes the numbers
 * of an array one by one, and those of a buffer that changes hands not at all. What holds no such list is not copied.
 */
export function packNumbers(value: unknown): Packed {
  const numbers = new NumberBuffers();
  const pack = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    return isNumberList(part) ? numbers.add(part) : withMembers(part, pack);
  };
  return { value: pack(value), buffers: numbers.buffers };
}

class NumberBuffers {
  readonly buffers: ArrayBuffer[] = [];
  #numbers = new Float64Array(0);
  #used = 0;

  add(list: readonly number[]): Float64Array {
    if (this.#used + list.length > this.#numbers.length) {
      this.#numbers = new Float64Array(Math.max(BUFFER_NUMBERS, list.length));
      this.buffers.push(this.#numbers.buffer);
      this.#used = 0;
    }
    const view = this.#numbers.subarray(this.#used, this.#used + list.length);
    this.#used += list.length;
    // Not view.set(list), which is three times slower on lists this short.
    for (let index = 0; index < list.length; index++) view[index] = list[index] as number;
    return view;
  }
}

/** The other way: arrays again. */
export function unpackNumbers(value: unknown): unknown {
  if (value instanceof Float64Array) return arrayOf(value);
  return typeof value === 'object' && value !== null ? withMembers(value, unpackNumbers) : value;
}

/** Not Array.from, which asks an iterator for each. */
export function arrayOf(numbers: Float64Array): number[] {
  const array = new Array<number>(numbers.length);
  for (let index = 0; index < numbers.length; index++) array[index] = numbers[index] as number;
  return array;
}

/** The object or list itself where nothing of it changes. */
function withMembers(whole: object, change: (member: unknown) => unknown): object {
  if (Array.isArray(whole)) {
    const changed = whole.map(change);
    return changed.some((item, index) => item !== whole[index]) ? changed : whole;
  }
  const members = whole as Readonly<Record<string, unknown>>;
  let changed: Record<string, unknown> | undefined;
  for (const name of Object.keys(members)) {
    const other = change(members[name]);
    if (other === members[name]) continue;
    changed ??= { ...members };
    changed[name] = other;
  }
  return changed ?? whole;
}

/** A list with anything else in it, such as null, stays as it is: as a number it would become a valid one. */
function isNumberList(value: object): value is number[] {
  if (!Array.isArray(value) || value.length < PACKED_FROM) return false;
  for (let index = 0; index < value.length; index++) if (typeof value[index] !== 'number') return false;
  return true;
}
