export interface TariffSummary {
  readonly tariffId: string;
  readonly name: string | null;
  readonly currency: string;
  readonly timeZone: string;
  readonly updatedAt: string;
  readonly components: readonly { readonly id: string; readonly kind: string }[];
  readonly pricesTo: string | null;
  readonly siteIds: readonly string[];
}

interface PriceRun {
  readonly start: string;
  readonly resolution: string;
  readonly pricesPerKwh: readonly number[];
}

export interface TariffDocument {
  readonly tariffId: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly warnings: readonly string[];
  readonly components: readonly {
    readonly kind: string;
    readonly id: string;
    readonly prices?: readonly PriceRun[];
    readonly intervals?: readonly { readonly start: string; readonly end: string; readonly pricePerKwh: number }[];
  }[];
}

/** What the reader of tariffs found wrong in a document. */
export interface TariffIssue {
  readonly reason: string;
  readonly fix: string;
  readonly line?: number;
  readonly column?: string;
  readonly path?: string;
  readonly text?: string;
}

/** A document as somebody has it, and what it does not say by itself. */
export interface Upload {
  readonly text: string;
  readonly type: 'text/csv' | 'application/json' | 'application/xml';
  readonly format: 'evenkeel' | 'ocpi' | 'openadr3' | 'entsoe' | 'csv';
  readonly timeZone: string;
  readonly currency: string;
}
