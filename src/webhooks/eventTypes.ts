import { NOTICE_TYPES } from '../notices/notice.js';

/** What a webhook may be told. Whoever asks for a notice is also told when it is over (`….resolved`). */
export const WEBHOOK_EVENTS = [...NOTICE_TYPES, 'delegation.command'] as const;

const RESOLVED = '.resolved';

/** Sent when somebody asks for a trial. */
export const TEST_EVENT = 'webhook.test';

/** What has to be asked for to be told of it. */
export function askedAs(type: string): string {
  return type.endsWith(RESOLVED) ? type.slice(0, -RESOLVED.length) : type;
}
