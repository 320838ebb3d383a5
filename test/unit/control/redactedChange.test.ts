import { expect, it } from 'vitest';
import { redact } from '../../../src/control/accounts/redact.js';
import { REDACTED } from '../../../src/site/redact.js';

it('what is written of a change holds no secret, and all that is none', () => {
  const change = {
    name: 'Depot',
    users: [{ email: 'a@example.com', password: 'p', hasPassword: true }],
    keys: [{ key: `ek_${'x'.repeat(20)}`, name: 'k' }],
    note: `the key ek_${'y'.repeat(20)} leaked`,
    settings: [
      { key: 'AuthorizationKey', value: 's' },
      { key: 'HeartbeatInterval', value: '300' },
    ],
    nested: { key: 'Other', value: { key: 'inner', token: 't' } },
    webhook: { secret: { old: 'o' }, url: 'https://a.example/x?y=1' },
    limit: { value: 'ten' },
  };
  expect(redact(change)).toEqual({
    name: 'Depot',
    users: [{ email: 'a@example.com', password: REDACTED, hasPassword: true }],
    keys: [{ key: REDACTED, name: 'k' }],
    note: `the key ${REDACTED} leaked`,
    settings: [
      { key: 'AuthorizationKey', value: REDACTED },
      { key: 'HeartbeatInterval', value: '300' },
    ],
    nested: { key: 'Other', value: { key: REDACTED, token: REDACTED } },
    webhook: { secret: REDACTED, url: 'https://a.example/x?y=1' },
    limit: { value: 'ten' },
  });
});
