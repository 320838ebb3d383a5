import type { InvalidTariffCode } from '../invalidTariff.js';
import { nearest } from './nearest.js';
import { type Fields, isFields, kindOf, memberOf, type Place, placeIn, refuse } from './place.js';

// Shapes of documents, each said once for both directions.

/** How a value stands in a document. `Written` is its form there. */
export interface Shape<Value, Written = Value> {
  /** Undefined after reporting what is wrong: the document is refused at its end. */
  read(place: Place): Value | undefined;
  /** read(print(value)) is the value. Instants are written in the local time of `timeZone`. */
  print(value: Value, timeZone: string): Written;
}

/** A value that is written as it is. */
export function plain<Value>(read: (place: Place) => Value | undefined): Shape<Value> {
  return { read, print: (value) => value };
}

/** `check` reports what is wrong with a value that is right in all its parts. */
export function checked<Value, Written>(
  shape: Shape<Value, Written>,
  check: (value: Value, place: Place) => void,
): Shape<Value, Written> {
  return {
    read: (place) => {
      const value = shape.read(place);
      if (value !== undefined) check(value, place);
      return value;
    },
    print: shape.print,
  };
}

export function list<Value, Written>(
  shape: Shape<Value, Written>,
  { min = 0, max, what }: { min?: number; max: number; what: string },
): Shape<readonly Value[], readonly Written[]> {
  return {
    read: (place) => {
      const values = listAt(place, { min, max, what });
      if (values === undefined) return undefined;
      const read = values.map((value, index) => shape.read(placeIn(place, index, value)));
      return read.every((value) => value !== undefined) ? read : undefined;
    },
    print: (values, timeZone) => values.map((value) => shape.print(value, timeZone)),
  };
}

/** `what`: of what there are so many, in the plural. */
export function listAt(
  place: Place,
  { min, max, what }: { min: number; max: number; what: string },
): readonly unknown[] | undefined {
  const { value } = place;
  if (!Array.isArray(value)) {
    return refuse(place, {
      reason: `A list of ${what} must stand here, not ${kindOf(value)}.`,
      fix: 'Write it in [ ].',
    });
  }
  if (value.length < min) {
    return refuse(place, {
      reason: `There must be at least ${min} of the ${what}.`,
      fix: min === 1 ? 'Add one, or leave the list out if it may be left out.' : 'Add what is missing.',
    });
  }
  if (value.length > max) {
    return refuse(place, {
      reason: `There are ${value.length} ${what}, more than ${max}.`,
      fix: 'Leave out what no longer applies, or divide it into several tariffs.',
    });
  }
  return value;
}

/** What becomes of a member that is left out. */
type Absence<Value> =
  | { readonly kind: 'refused'; readonly fix?: string }
  | { readonly kind: 'left out' }
  /** `is` says of a value that it is the default, which is not written. */
  | { readonly kind: 'default'; readonly value: Value; readonly is: (value: Value) => boolean };

export interface Member<Value, Written> {
  readonly shape: Shape<Value, Written>;
  readonly absence: Absence<Value>;
  /** Another member that may stand instead. */
  readonly instead?: { readonly name: string; readonly read: (place: Place) => Value | undefined };
}

/** A member that the value always has. */
export interface FirmMember<Value, Written> extends Member<Value, Written> {
  readonly absence: Exclude<Absence<Value>, { readonly kind: 'left out' }>;
}

export function required<Value, Written>(shape: Shape<Value, Written>, fix?: string): FirmMember<Value, Written> {
  return { shape, absence: { kind: 'refused', ...(fix === undefined ? {} : { fix }) } };
}

export function optional<Value, Written>(shape: Shape<Value, Written>): Member<Value, Written> {
  return { shape, absence: { kind: 'left out' } };
}

export function withDefault<Value, Written>(
  shape: Shape<Value, Written>,
  value: NoInfer<Value>,
  is: (value: Value) => boolean = (other) => other === value,
): FirmMember<Value, Written> {
  return { shape, absence: { kind: 'default', value, is } };
}

/** Every member of the value, under its own name; in the order in which they are written. */
type Members<Value, Written> = {
  readonly [Name in keyof Value & keyof Written]-?: object extends Pick<Value, Name>
    ? Member<Exclude<Value[Name], undefined>, Exclude<Written[Name], undefined>>
    : FirmMember<Value[Name], Exclude<Written[Name], undefined>>;
} & { readonly [Name in Exclude<keyof Value, keyof Written>]-?: never };

interface Manners {
  /** Of a member that is not known. */
  readonly strangers?: InvalidTariffCode;
  /** Known, and not read; the reader says so, if it matters. */
  readonly ignored?: readonly string[];
  /** Some formats say null where there is nothing. */
  readonly nulls?: 'refused' | 'absent';
}

export function record<Value extends object, Written extends object = Value>(
  members: Members<Value, Written>,
  { strangers = 'INVALID_TARIFF', ignored = [], nulls = 'refused' }: Manners = {},
): Shape<Value, Written> {
  const entries = Object.entries<Member<unknown, unknown>>(members as Record<string, Member<unknown, unknown>>);
  const known = entries.flatMap(([name, { instead }]) => (instead === undefined ? [name] : [name, instead.name]));
  return {
    read: (place) => {
      const all = fieldsAt(place);
      if (all === undefined) return undefined;
      const fields = nulls === 'absent' ? withoutNulls(all) : all;
      let good = refuseStrangers(place, fields, { known: [...known, ...ignored], code: strangers });
      const value: Record<string, unknown> = {};
      for (const [name, member] of entries) {
        const read = readMember(place, fields, name, member);
        if (read === 'wrong') good = false;
        else if (read !== undefined) value[name] = read;
      }
      return good ? (value as Value) : undefined;
    },
    print: (value, timeZone) => {
      const written: Record<string, unknown> = {};
      for (const [name, { shape, absence }] of entries) {
        const own = memberOf(value as Fields, name);
        const silent = own === undefined || (absence.kind === 'default' && absence.is(own));
        if (!silent) written[name] = shape.print(own, timeZone);
      }
      return written as Written;
    },
  };
}

function withoutNulls(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function readMember(
  place: Place,
  fields: Fields,
  name: string,
  { shape, absence, instead }: Member<unknown, unknown>,
): unknown {
  const written = memberOf(fields, name);
  const other = instead === undefined ? undefined : memberOf(fields, instead.name);
  if (instead !== undefined && other !== undefined) {
    const otherPlace = placeIn(place, instead.name, other);
    if (written === undefined) return instead.read(otherPlace) ?? 'wrong';
    refuse(otherPlace, { reason: `"${name}" and "${instead.name}" both stand here.`, fix: 'Leave one of them out.' });
    return 'wrong';
  }
  if (written !== undefined) return shape.read(placeIn(place, name, written)) ?? 'wrong';
  switch (absence.kind) {
    case 'left out':
      return undefined;
    case 'default':
      return absence.value;
    case 'refused':
      refuse(place, { reason: `"${name}" is missing.`, fix: absence.fix ?? `Add "${name}".` });
      return 'wrong';
  }
}

function fieldsAt(place: Place): Fields | undefined {
  if (isFields(place.value)) return place.value;
  return refuse(place, { reason: `An object must stand here, not ${kindOf(place.value)}.`, fix: 'Write it in { }.' });
}

/** False after reporting members that are not known, each with the one that was likely meant. */
function refuseStrangers(
  place: Place,
  fields: Fields,
  { known, code }: { known: readonly string[]; code: InvalidTariffCode },
): boolean {
  let good = true;
  for (const name of Object.keys(fields)) {
    if (known.includes(name) || fields[name] === undefined) continue;
    good = false;
    const meant = nearest(name, known);
    refuse(placeIn(place, name, fields[name]), {
      code,
      reason: `The member "${name.slice(0, 80)}" is not known here.`,
      fix: meant === undefined ? `Known are ${known.join(', ')}: leave it out.` : `Write "${meant}", or leave it out.`,
    });
  }
  return good;
}

/** Alternatives told apart by their member `kind`. */
export function union<Value extends { readonly kind: string }, Written extends { readonly kind: string }>(
  variants: {
    readonly [Kind in Value['kind']]: Shape<
      Extract<Value, { readonly kind: Kind }>,
      Extract<Written, { readonly kind: Kind }>
    >;
  },
): Shape<Value, Written> {
  const kinds = Object.keys(variants);
  const shapes = variants as Record<string, Shape<Value, Written> | undefined>;
  return {
    read: (place) => {
      const fields = fieldsAt(place);
      if (fields === undefined) return undefined;
      const kind = memberOf(fields, 'kind');
      const shape = typeof kind === 'string' && Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
      return shape === undefined ? wrongChoice(placeIn(place, 'kind', kind), kinds) : shape.read(place);
    },
    print: (value, timeZone) => {
      const shape = shapes[value.kind];
      if (shape === undefined) throw new RangeError(`unknown kind "${value.kind}"`);
      return shape.print(value, timeZone);
    },
  };
}

/** One of a few texts. Others may have a meaning that is not known here, or that can't be expressed. */
export function knownOf<const Value extends string>(...values: readonly Value[]): Shape<Value> {
  return plain((place) => {
    const known = values.find((value) => value === place.value);
    return (
      known ?? wrongChoice(place, values, typeof place.value === 'string' ? 'TARIFF_NOT_EXPRESSIBLE' : 'INVALID_TARIFF')
    );
  });
}

/** One of a few texts or numbers. */
export function choice<const Value extends string | number>(...values: readonly Value[]): Shape<Value> {
  return plain((place) => values.find((value) => value === place.value) ?? wrongChoice(place, values));
}

function wrongChoice(
  place: Place,
  values: readonly (string | number)[],
  code: InvalidTariffCode = 'INVALID_TARIFF',
): undefined {
  const words = values.map(String);
  const meant = typeof place.value === 'string' ? nearest(place.value, words) : undefined;
  const all = values.map((value) => JSON.stringify(value)).join(', ');
  return refuse(place, {
    code,
    reason: place.value === undefined ? 'This is missing.' : `This is none of ${all}.`,
    fix: meant === undefined ? `Write one of ${all}.` : `Write ${JSON.stringify(values[words.indexOf(meant)])}.`,
  });
}
