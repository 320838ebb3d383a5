import { expect, it } from 'vitest';
import { HashingTurns } from '../../../src/control/hashingTurns.js';

/** Work that ends when told to. */
function tasks(turns: HashingTurns, count: number) {
  const started: number[] = [];
  const end: ((failure?: Error) => void)[] = [];
  const results = Array.from({ length: count }, (_, index) =>
    turns.run(() => {
      started.push(index);
      return new Promise<number>((resolve, reject) => {
        end[index] = (failure) => (failure === undefined ? resolve(index) : reject(failure));
      });
    }),
  );
  return { started, end, results };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('runs so many at a time, in the order in which they came', async () => {
  const { started, end, results } = tasks(new HashingTurns(2), 4);
  await settled();
  expect(started).toEqual([0, 1]);
  end[1]?.();
  expect(await results[1]).toBe(1);
  await settled();
  expect(started).toEqual([0, 1, 2]);
  for (const index of [0, 2]) end[index]?.();
  await settled();
  expect(started).toEqual([0, 1, 2, 3]);
  end[3]?.();
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3]);
});

it('goes on after one that fails, and never runs more than it may', async () => {
  const turns = new HashingTurns(1);
  const { end, results } = tasks(turns, 1);
  await settled();
  const failure = new Error('no memory');
  const failed = expect(results[0]).rejects.toBe(failure);
  end[0]?.(failure);
  await failed;
  let running = 0;
  const most: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, () =>
      turns.run(async () => {
        most.push(++running);
        await settled();
        running--;
      }),
    ),
  );
  expect(Math.max(...most)).toBe(1);
  expect(most).toHaveLength(20);
});
