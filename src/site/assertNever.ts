/** Ends a switch over a discriminated union: the compiler proves that no case is left. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}
