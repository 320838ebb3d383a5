import type { Phase } from '../site/phases.js';

/** What people and programs are told of, without having to look. */
export const NOTICE_TYPES = [
  'station.uncontrollable',
  'limit.exceeded',
  'departure.at_risk',
  'tariff.missing_tomorrow',
  'service.degraded',
] as const;
export type NoticeType = (typeof NOTICE_TYPES)[number];

/** What is the case. */
export type NoticeFacts =
  | {
      readonly type: 'station.uncontrollable';
      readonly stationId: string;
      readonly stationName: string | null;
      readonly obstacle: 'offline' | 'notAccepted' | 'refuses' | 'disobeys';
      /** Kept free for it, A per phase: the most of any of its EVSEs. */
      readonly reservedA: number;
    }
  | {
      readonly type: 'limit.exceeded';
      readonly circuitId: string;
      readonly circuitName: string | null;
      /** It is the grid connection. */
      readonly isMain: boolean;
      readonly phase: Phase;
      readonly loadA: number;
      readonly limitA: number;
    }
  | {
      readonly type: 'departure.at_risk';
      readonly sessionId: string;
      readonly stationId: string;
      readonly stationName: string | null;
      readonly evseId: number;
      readonly plannedEnergyWh: number;
      readonly wantedEnergyWh: number;
      readonly departureMs: number;
    }
  | {
      readonly type: 'tariff.missing_tomorrow';
      readonly tariffIds: readonly string[];
      /** The day whose prices are missing: YYYY-MM-DD, of the site. */
      readonly date: string;
      readonly publishedUntilMs: number | null;
    }
  | {
      readonly type: 'service.degraded';
      readonly part: 'journal' | 'planning' | 'process';
      /** For the operator: may be in English only. */
      readonly detail: string;
    };

/** Something that is the case now. What has the same key is the same thing, whatever its figures. */
export interface Condition {
  readonly key: string;
  readonly facts: NoticeFacts;
}

/** What is told: that something is the case, or is so no more. */
export interface Notice {
  /** Of this telling: told again, it is the same. */
  readonly id: string;
  readonly kind: 'raised' | 'resolved';
  readonly key: string;
  readonly facts: NoticeFacts;
  /** Since when it was the case. */
  readonly sinceMs: number;
  readonly atMs: number;
  readonly site: NoticeSite | 'none';
}

/** Where it is the case. */
export interface NoticeSite {
  readonly siteId: string;
  readonly name: string;
  readonly timeZone: string;
}

export function eventTypeOf({ kind, facts }: Pick<Notice, 'kind' | 'facts'>): string {
  return kind === 'raised' ? facts.type : `${facts.type}.resolved`;
}
