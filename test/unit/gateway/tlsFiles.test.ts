import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTlsMaterial } from '../../../src/gateway/tls/material.js';
import { nameOfCertificate, readRevocationLists } from '../../../src/gateway/tls/revocation.js';
import type { TlsSettings } from '../../../src/gateway/tls/settings.js';
import { type Certificate, TestAuthority, whyNoCertificates } from '../../support/certificates.js';

const missing = whyNoCertificates();
if (missing !== undefined) console.warn(`The tests of TLS files are skipped: ${missing}.`);

const YEAR_2020 = { startDate: '20200101000000Z', endDate: '20200201000000Z' };

describe.skipIf(missing !== undefined)('files of TLS are refused', () => {
  let authority: TestAuthority;
  let stranger: TestAuthority;
  let server: Certificate;
  let own: Certificate;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-tls-files-'));
    [authority, stranger] = [new TestAuthority(), new TestAuthority('Another authority')];
    [server, own] = [authority.issue('server'), authority.issue('CP001')];
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    for (const each of [authority, stranger]) each.remove();
  });

  const lineOf = (changed: Partial<TlsSettings>) => {
    const { certFile, keyFile } = server;
    const settings: TlsSettings = { identities: [{ certFile, keyFile }], port: 0, mutual: 'off', ...changed };
    const read = readTlsMaterial(settings, Date.now());
    if (read.ok) throw new Error('they were taken');
    expect(read.error).not.toContain('\n');
    return read.error;
  };
  const identity = (certFile: string, keyFile: string) => ({ identities: [{ certFile, keyFile }] });
  const mutual = (caFile: string, crlFile = 'none') => ({ mutual: { port: 0, caFile, crlFile } as const });
  const nothing = () => join(folder, 'nothing.pem');
  const text = () => {
    writeFileSync(join(folder, 'text.pem'), 'just text');
    return join(folder, 'text.pem');
  };

  it('where a file is missing', () => {
    const { certFile, keyFile } = server;
    expect(lineOf(identity(nothing(), keyFile))).toMatch(
      /^EVENKEEL_TLS_CERT: .*nothing\.pem: there is no such file\.$/,
    );
    expect(lineOf(identity(certFile, nothing()))).toMatch(
      /^EVENKEEL_TLS_KEY: .*nothing\.pem: there is no such file\.$/,
    );
    expect(lineOf(mutual(nothing()))).toMatch(/^EVENKEEL_MTLS_CA: .*there is no such file\.$/);
    expect(lineOf(mutual(authority.caFile, nothing()))).toMatch(/^EVENKEEL_MTLS_CRL: .*there is no such file\.$/);
  });

  it('where a file holds something else', () => {
    const { certFile, keyFile } = server;
    expect(lineOf(identity(text(), keyFile))).toMatch(/^EVENKEEL_TLS_CERT: .*text\.pem holds no certificate in PEM/);
    expect(lineOf(identity(certFile, text()))).toMatch(/^EVENKEEL_TLS_KEY: .*text\.pem holds no private key in PEM/);
    expect(lineOf(mutual(text()))).toMatch(/^EVENKEEL_MTLS_CA: .*text\.pem holds no certificate in PEM\.$/);
    expect(lineOf(mutual(own.certFile))).toMatch(/^EVENKEEL_MTLS_CA: .* may not sign others \(O=Operator, CN=CP001\)/);
    expect(lineOf(mutual(authority.caFile, text()))).toMatch(
      /^EVENKEEL_MTLS_CRL: .*text\.pem holds no revocation list/,
    );
    const broken = join(folder, 'broken.pem');
    writeFileSync(broken, '-----BEGIN X509 CRL-----\nMAo=\n-----END X509 CRL-----\n');
    expect(lineOf(mutual(authority.caFile, broken))).toMatch(/^EVENKEEL_MTLS_CRL: .* list that can not be read/);
  });

  it('where there is a revocation list of another authority only', () => {
    expect(lineOf(mutual(stranger.caFile, authority.revocationList()))).toMatch(
      /^EVENKEEL_MTLS_CRL: .* holds no revocation list of O=Operator, CN=Another authority, which EVENKEEL_MTLS_CA names/,
    );
  });

  it('where a key does not fit its certificate', () => {
    expect(lineOf(identity(server.certFile, own.keyFile))).toMatch(
      /^EVENKEEL_TLS_KEY: .* is not the key of the certificate in /,
    );
  });

  it('where a certificate is expired, or begins only later', () => {
    const expired = authority.issue('server', YEAR_2020);
    expect(lineOf(identity(expired.certFile, expired.keyFile))).toMatch(
      /^EVENKEEL_TLS_CERT: the certificate of O=Operator, CN=server in .* expired on 2020-02-01\.$/,
    );
    const later = authority.issue('server', { startDate: '20990101000000Z', endDate: '20990201000000Z' });
    expect(lineOf(identity(later.certFile, later.keyFile))).toMatch(/ begins on 2099-01-01 only\.$/);
  });
});

describe('what is written in DER', () => {
  it('whatever the bytes, is read or refused with a RangeError', () => {
    const pem = (bytes: Uint8Array) =>
      `-----BEGIN X509 CRL-----\n${Buffer.from(bytes).toString('base64')}\n-----END X509 CRL-----\n`;
    // Half of them begin as a sequence in a sequence does, or nothing would be looked into.
    const bytes = fc
      .tuple(fc.boolean(), fc.uint8Array({ maxLength: 60 }))
      .map(([nested, rest]) => (nested ? Uint8Array.from([0x30, rest.length + 2, 0x30, rest.length, ...rest]) : rest));
    fc.assert(
      fc.property(bytes, (der) => {
        for (const read of [() => readRevocationLists(pem(der)), () => nameOfCertificate(Buffer.from(der))]) {
          try {
            read();
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.skipIf(missing !== undefined)('names a certificate the same in itself and in the list that revokes it', () => {
    const authority = new TestAuthority();
    const [revoked, other] = [authority.issue('A'), authority.issue('A')];
    authority.revoke(revoked);
    const [list] = readRevocationLists(readFileSync(authority.revocationList(), 'utf8'));
    authority.remove();
    const nameIn = ({ cert }: Certificate) => nameOfCertificate(new X509Certificate(cert).raw);
    expect(list?.revoked.has(nameIn(revoked))).toBe(true);
    expect(list?.revoked.has(nameIn(other))).toBe(false);
    expect(list?.nextUpdateMs).toBeGreaterThan(Date.now());
  });
});
