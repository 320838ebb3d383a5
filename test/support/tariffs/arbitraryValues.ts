import fc from 'fast-check';

// JSON has no -0, and no tariff needs one.
function notMinusZero(value: number): number {
  return value + 0;
}

export function decimal(min: number, max: number): fc.Arbitrary<number> {
  return fc.double({ min, max, noNaN: true }).map(notMinusZero);
}

/** Per kWh or kW: mostly of the usual size, some odd. */
export const price = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -500, max: 5000 }).map((thousandths) => thousandths / 1000 + 0) },
  { weight: 1, arbitrary: decimal(-1000, 1000) },
);

export const vatPercent = fc.constantFrom(0, 5, 6, 20, 21, 25, 25.5);

/** With letters of everywhere, and what JSON must escape. */
export const names = fc
  .string({
    unit: fc.constantFrom('a', 'B', '7', ' ', '-', '"', '\\', '/', 'å', '電', '🔌'),
    minLength: 1,
    maxLength: 12,
  })
  .filter((name) => name.trim() !== '');

/** Members that are always there, and members that may be. */
export function members<Always extends object, Perhaps extends object>(
  always: { [Name in keyof Always]: fc.Arbitrary<Always[Name]> },
  perhaps: { [Name in keyof Perhaps]: fc.Arbitrary<Perhaps[Name]> },
): fc.Arbitrary<Always & Partial<Perhaps>> {
  const required = fc.record(always, { noNullPrototype: true });
  const optional = fc.record(perhaps, { requiredKeys: [], noNullPrototype: true });
  return fc.tuple(required, optional).map(([all, some]) => ({ ...all, ...(some as Partial<Perhaps>) }));
}
