import { InvalidTariff, type TariffIssue } from '../invalidTariff.js';
import type { SessionDimensionPrice, SessionElement, SessionPriceComponent, Tariff, Validity } from '../types.js';
import type { OcpiVersion } from './ocpiShapes.js';
import type { OcpiElement, OcpiLimit, OcpiPriceComponent, OcpiTariff } from './ocpiTariff.js';
import { printRestrictions } from './restrictions.js';

/** Who owns the tariff, and since when it is as it is. Its id is the components'. */
export interface OcpiIdentity {
  /** ISO 3166-1 alpha-2. */
  readonly country_code: string;
  /** Three letters or digits. */
  readonly party_id: string;
  /** ISO 8601, UTC. */
  readonly last_updated: string;
}

interface PrintRun {
  readonly tariff: Tariff;
  readonly version: OcpiVersion;
  readonly issues: TariffIssue[];
}

/**
 * The Tariff objects of a tariff that consists of versions of one session price: prices without taxes, VAT with each price.
 * readOcpi(printOcpi(tariff, …)) gives what costs the same; the very tariff, where it says VAT with each price and in no other place.
 * Throws InvalidTariff TARIFF_NOT_EXPRESSIBLE, with JSON pointers into printTariff(tariff), for what OCPI has no words for.
 */
export function printOcpi(tariff: Tariff, identity: OcpiIdentity, version: OcpiVersion): readonly OcpiTariff[] {
  const run: PrintRun = { tariff, version, issues: [] };
  const [first] = tariff.components;
  const printed = tariff.components.flatMap((component, index) => {
    const path = `/components/${index}`;
    if (component.kind !== 'sessionPrice') {
      run.issues.push({
        path: `${path}/kind`,
        text: component.kind,
        reason: 'OCPI only knows what a session costs.',
        fix: 'Print a tariff that has session prices alone.',
      });
      return [];
    }
    if (component.id !== first?.id) run.issues.push(notOneId(path, component.id));
    return [printVersion(component, { identity, path, run })];
  });
  if (run.issues.length > 0) throw new InvalidTariff('TARIFF_NOT_EXPRESSIBLE', run.issues);
  return printed;
}

const ID_MAX = 36;

function notOneId(path: string, text: string): TariffIssue {
  return {
    path: `${path}/id`,
    text,
    reason: 'All of the components must have one id: they are versions of one OCPI tariff.',
    fix: 'Print each by itself.',
  };
}

function printVersion(
  component: SessionPriceComponent,
  { identity, path, run }: { identity: OcpiIdentity; path: string; run: PrintRun },
): OcpiTariff {
  const { tariff, version, issues } = run;
  const { id, minPrice, maxPrice } = component;
  // CiString(36): printable ASCII.
  if (!/^[\x20-\x7e]+$/.test(id) || id.length > ID_MAX) {
    issues.push({
      path: `${path}/id`,
      text: id,
      reason: `An id of OCPI has at most ${ID_MAX} characters of ASCII.`,
      fix: 'Give it another id.',
    });
  }
  const { fromMs, toMs } = within(component.validity, tariff.validity);
  if (fromMs !== 'open' && toMs !== 'open' && fromMs >= toMs) {
    issues.push({
      path: `${path}/validity`,
      reason: 'It is valid only while the tariff is not.',
      fix: 'Correct one of the two, or leave the component out.',
    });
  }
  return {
    country_code: identity.country_code,
    party_id: identity.party_id,
    id,
    currency: tariff.currency,
    ...(version === '2.3' ? { tax_included: 'NO' } : {}),
    ...(minPrice === undefined ? {} : { min_price: limit(minPrice, version) }),
    ...(maxPrice === undefined ? {} : { max_price: limit(maxPrice, version) }),
    elements: component.elements.map((element, index) =>
      printElement(element, { component, run, path: `${path}/elements/${index}` }),
    ),
    ...(fromMs === 'open' ? {} : { start_date_time: utc(fromMs) }),
    ...(toMs === 'open' ? {} : { end_date_time: utc(toMs) }),
    last_updated: identity.last_updated,
  };
}

function limit(price: number, version: OcpiVersion): OcpiLimit {
  return version === '2.3' ? { before_taxes: price } : { excl_vat: price };
}

function printElement(
  { prices, restrictions = {} }: SessionElement,
  { component, run, path }: { component: SessionPriceComponent; run: PrintRun; path: string },
): OcpiElement {
  const printed = printRestrictions(restrictions, {
    hasHolidays: Object.values(run.tariff.holidays).some((dates) => dates.length > 0),
    refuse: ({ path: within, reason, fix }) => run.issues.push({ path: `${path}/restrictions${within}`, reason, fix }),
  });
  return {
    price_components: prices.map((price) => printPrice(price, component, run.tariff)),
    ...(Object.keys(printed).length === 0 ? {} : { restrictions: printed }),
  };
}

const TYPES = {
  energy: 'ENERGY',
  time: 'TIME',
  parking: 'PARKING_TIME',
  flat: 'FLAT',
} as const satisfies Record<SessionDimensionPrice['dimension'], OcpiPriceComponent['type']>;

/** VAT that stands elsewhere is said here: OCPI has no other place for it. A 0 that nobody said stays unsaid. */
function printPrice(
  { dimension, price, vatPercent, stepSize }: SessionDimensionPrice,
  component: SessionPriceComponent,
  tariff: Tariff,
): OcpiPriceComponent {
  const inherited = component.vatPercent ?? (tariff.vatPercent === 0 ? undefined : tariff.vatPercent);
  const vat = vatPercent ?? inherited;
  return { type: TYPES[dimension], price, ...(vat === undefined ? {} : { vat }), step_size: stepSize };
}

/** When both hold. */
function within(own: Validity | undefined, { fromMs, toMs }: Validity): Validity {
  if (own === undefined) return { fromMs, toMs };
  return {
    fromMs: own.fromMs === 'open' ? fromMs : fromMs === 'open' ? own.fromMs : Math.max(own.fromMs, fromMs),
    toMs: own.toMs === 'open' ? toMs : toMs === 'open' ? own.toMs : Math.min(own.toMs, toMs),
  };
}

function utc(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
