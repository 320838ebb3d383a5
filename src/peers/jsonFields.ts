// Reading what peers send: nothing of it is trusted, and what is wrong is a value.

export type Fields = Readonly<Record<string, unknown>>;

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  /** `field`: a JSON pointer into what was sent. */
  | { readonly ok: false; readonly field: string; readonly detail: string };

export function unread(field: string, detail: string): { ok: false; field: string; detail: string } {
  return { ok: false, field, detail };
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined where it is no text of 1 to so many characters. */
export function textIn(fields: Fields, name: string, charactersMax: number): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' && value.length <= charactersMax ? value : undefined;
}

/** Some peers write numbers as texts. */
export function numberIn(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  const number =
    typeof value === 'string' && /^-?\d{1,15}(\.\d{1,9})?$/.test(value.trim()) ? Number(value.trim()) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Undefined where it is no list of at most so many entries. */
export function listIn(fields: Fields, name: string, entriesMax: number): readonly unknown[] | undefined {
  const value = fields[name];
  return Array.isArray(value) && value.length <= entriesMax ? value : undefined;
}
