/** Ends a switch over a discriminated union: a new member then fails to compile instead of being forgotten. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
