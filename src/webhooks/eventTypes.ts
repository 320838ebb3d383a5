/** What a webhook may be told. Whoever asks for one is also told when it is over (`….resolved`). */
export const WEBHOOK_EVENTS = [
  'station.uncontrollable',
  'limit.exceeded',
  'departure.at_risk',
  'tariff.missing_tomorrow',
  'service.degraded',
  'delegation.command',
] as const;
export type WebhookEventName = (typeof WEBHOOK_EVENTS)[number];

const RESOLVED = '.resolved';

/** Sent when somebody asks for a trial. */
export const TEST_EVENT = 'webhook.test';

/** What has to be asked for to be told of it. */
export function askedAs(type: string): string {
  return type.endsWith(RESOLVED) ? type.slice(0, -RESOLVED.length) : type;
}

export function resolved(type: WebhookEventName): string {
  return `${type}${RESOLVED}`;
}
