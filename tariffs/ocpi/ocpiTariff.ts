// The Tariff object as OCPI writes it (ocpi/ocpi, mod_tariffs of 2.2.1-d2 and 2.3.0-ed2), as far as it says what is paid.

export interface OcpiTariff {
  readonly country_code: string;
  readonly party_id: string;
  readonly id: string;
  readonly currency: string;
  readonly type?: 'AD_HOC_PAYMENT' | 'PROFILE_CHEAP' | 'PROFILE_FAST' | 'PROFILE_GREEN' | 'REGULAR';
  /** 2.3 only, and there always: whether prices include taxes. */
  readonly tax_included?: 'YES' | 'NO' | 'N/A';
  readonly min_price?: OcpiLimit;
  readonly max_price?: OcpiLimit;
  readonly elements: readonly OcpiElement[];
  /** UTC. */
  readonly start_date_time?: string;
  readonly end_date_time?: string;
  readonly last_updated: string;
}

/** Of a whole session. 2.2.1, or 2.3. */
export type OcpiLimit =
  | { readonly excl_vat: number; readonly incl_vat?: number }
  | { readonly before_taxes: number; readonly after_taxes?: number };

export interface OcpiElement {
  readonly price_components: readonly OcpiPriceComponent[];
  readonly restrictions?: OcpiRestrictions;
}

export interface OcpiPriceComponent {
  readonly type: 'ENERGY' | 'FLAT' | 'PARKING_TIME' | 'TIME';
  readonly price: number;
  /** Per cent. Absent is not 0. */
  readonly vat?: number;
  readonly step_size: number;
}

/** All that are given must hold. Times and dates are local, of the Location's time zone. */
export interface OcpiRestrictions {
  readonly start_time?: string;
  /** 00:00 is the day's end; earlier than start_time: on past midnight. */
  readonly end_time?: string;
  readonly start_date?: string;
  /** Exclusive. */
  readonly end_date?: string;
  readonly min_kwh?: number;
  readonly max_kwh?: number;
  /** A, summed over the phases. */
  readonly min_current?: number;
  readonly max_current?: number;
  /** kW. */
  readonly min_power?: number;
  readonly max_power?: number;
  /** Seconds. */
  readonly min_duration?: number;
  readonly max_duration?: number;
  readonly day_of_week?: readonly OcpiDay[];
  readonly reservation?: 'RESERVATION' | 'RESERVATION_EXPIRES';
}

export type OcpiDay = 'MONDAY' | 'TUESDAY' | 'WEDNESDAY' | 'THURSDAY' | 'FRIDAY' | 'SATURDAY' | 'SUNDAY';
