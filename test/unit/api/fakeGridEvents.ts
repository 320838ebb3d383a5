import type { GridEvent, GridEventService, StoredGridEvent } from '../../../src/control/limits/gridEvents.js';
import { Problem } from '../../../src/site/problem.js';

/** Keeps each event as one limit of 40 kW, whatever it says. */
export class FakeGridEvents implements GridEventService {
  readonly documents = new Map<string, unknown>();
  readonly #requireSite: (siteId: string) => void;
  readonly #nowMs: number;

  constructor(requireSite: (siteId: string) => void, nowMs: number) {
    this.#requireSite = requireSite;
    this.#nowMs = nowMs;
  }

  listGridEvents(siteId: string): readonly GridEvent[] {
    this.#requireSite(siteId);
    return [...this.documents.keys()].map((eventId) => this.#event(eventId));
  }

  getGridEvent(siteId: string, eventId: string): GridEvent {
    this.#requireSite(siteId);
    if (!this.documents.has(eventId)) throw new Problem('GRID_EVENT_NOT_FOUND', `There is no event "${eventId}".`);
    return this.#event(eventId);
  }

  async putGridEvent(siteId: string, eventId: string, document: unknown): Promise<StoredGridEvent> {
    this.#requireSite(siteId);
    this.documents.set(eventId, document);
    const warnings = [
      { code: 'FAILSAFE_EXCEEDS_LIMIT', circuitId: 'grid', failsafeSumW: 4_140, limitW: 4_000 } as const,
    ];
    return { ...this.#event(eventId), warnings, notes: ['randomizeStart is not used.'] };
  }

  async deleteGridEvent(siteId: string, eventId: string): Promise<void> {
    this.getGridEvent(siteId, eventId);
    this.documents.delete(eventId);
  }

  #event(eventId: string): GridEvent {
    return {
      eventId,
      limits: [
        {
          limitId: `${eventId}.0`,
          circuitId: 'grid',
          powerLimitW: 40_000,
          fromMs: this.#nowMs,
          toMs: this.#nowMs + 3_600_000,
          source: 'grid-operator',
          reason: 'Cold evening',
          eventId,
        },
      ],
    };
  }
}
