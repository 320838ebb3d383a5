import { request } from './client.js';
import type { PerPhase, Phase } from './documents.js';

interface Caps {
  readonly limitA?: PerPhase;
  readonly powerLimitW?: number;
  readonly chargingPowerLimitW?: number;
}

export interface LimitDocument extends Caps {
  readonly limitId?: string;
  readonly circuitId: string;
  readonly section14a?: unknown;
  readonly from?: string;
  readonly to?: string;
  readonly recurrence?: string;
  readonly source?: 'owner' | 'grid-operator';
  readonly reason?: string;
  readonly eventId?: string;
}

export interface LimitWindow extends Caps {
  readonly limitId: string;
  readonly circuitId: string;
  readonly source: 'owner' | 'grid-operator';
  readonly from: string;
  readonly until: string | null;
  readonly reason?: string;
  readonly eventId?: string;
}

export interface LimitWindows {
  readonly windows: readonly LimitWindow[];
  readonly circuits: readonly {
    readonly id: string;
    readonly intervals: readonly (Caps & { readonly from: string; readonly to: string; readonly limitA: PerPhase })[];
  }[];
}

export type LimitWarning =
  | {
      readonly circuitId: string;
      readonly phase: Phase;
      readonly failsafeSumA: number;
      readonly limitA: number;
    }
  | { readonly circuitId: string; readonly failsafeSumW: number; readonly limitW: number };

const limits = (siteId: string) => `/v1/sites/${encodeURIComponent(siteId)}/limits`;
const limit = (siteId: string, limitId: string) => `${limits(siteId)}/${encodeURIComponent(limitId)}`;

export const limitsApi = {
  list: async (siteId: string) => (await request<{ limits: readonly LimitDocument[] }>(limits(siteId))).limits,
  windows: (siteId: string, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) =>
    request<LimitWindows>(
      `/v1/sites/${encodeURIComponent(siteId)}/limit-windows?from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`,
    ),
  put: (siteId: string, limitId: string, document: LimitDocument) =>
    request<{ readonly warnings: readonly LimitWarning[] }>(limit(siteId, limitId), { method: 'PUT', body: document }),
  remove: (siteId: string, limitId: string) => request<unknown>(limit(siteId, limitId), { method: 'DELETE' }),
};
