import { afterAll, describe, it } from 'vitest';
import { TestAuthority, whyNoCertificates } from '../support/certificates.js';
import { testOverTls } from '../unit/gateway/gatewayFixture.js';

// The same tests as plain, each frame over TLS.

const missing = whyNoCertificates();
if (missing === undefined) {
  const authority = new TestAuthority();
  afterAll(() => authority.remove());
  testOverTls(authority.issue('server'), authority.ca);
  await import('./gatewayCommands.test.js');
} else {
  describe('what stations are told, over TLS', () => {
    it.skip(`is not tested: ${missing}`);
  });
}
