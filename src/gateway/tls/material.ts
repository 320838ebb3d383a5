import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { type RevocationList, readRevocationLists, subjectOfCertificate } from './revocation.js';
import type { IdentityFiles, MutualSettings, TlsSettings } from './settings.js';

/** What TLS is spoken with, read and checked. */
export interface TlsMaterial {
  readonly cert: readonly string[];
  readonly key: readonly string[];
  /** When the first of the server's certificates ends. */
  readonly endsMs: number;
  /** Of the port for client certificates. */
  readonly trust: Trust | 'none';
}

export interface Trust {
  readonly ca: string;
  readonly lists: readonly RevocationList[];
}

/** Never leaves this file: callers get the line as a value. */
class Unusable extends Error {}

/** Reads every file, and answers one line that names the variable, the file and what is wrong with it. */
export function readTlsMaterial(
  settings: TlsSettings,
  nowMs: number,
): { readonly ok: true; readonly material: TlsMaterial } | { readonly ok: false; readonly error: string } {
  try {
    const identities = settings.identities.map((files) => readIdentity(files, nowMs));
    const material: TlsMaterial = {
      cert: identities.map(({ cert }) => cert),
      key: identities.map(({ key }) => key),
      endsMs: Math.min(...identities.map(({ endsMs }) => endsMs)),
      trust: settings.mutual === 'off' ? 'none' : readTrust(settings.mutual, nowMs),
    };
    return { ok: true, material };
  } catch (error) {
    if (error instanceof Unusable) return { ok: false, error: error.message };
    throw error;
  }
}

function readIdentity(files: IdentityFiles, nowMs: number): { cert: string; key: string; endsMs: number } {
  const { certFile, keyFile } = files;
  const cert = read('EVENKEEL_TLS_CERT', certFile);
  const key = read('EVENKEEL_TLS_KEY', keyFile);
  const certificate = certificateIn('EVENKEEL_TLS_CERT', certFile, cert);
  refuseOutOfTime('EVENKEEL_TLS_CERT', certFile, certificate, nowMs);
  const fits = check(
    'EVENKEEL_TLS_KEY',
    keyFile,
    'holds no private key in PEM that can be read without a passphrase',
    () => certificate.checkPrivateKey(createPrivateKey(key)),
  );
  if (!fits) throw new Unusable(`EVENKEEL_TLS_KEY: ${keyFile} is not the key of the certificate in ${certFile}.`);
  // What else OpenSSL finds wrong, such as a key too small, it says when it is to use them.
  check('EVENKEEL_TLS_CERT', certFile, 'can not be used for TLS', () => createSecureContext({ cert, key }));
  return { cert, key, endsMs: Date.parse(certificate.validTo) };
}

function readTrust({ caFile, crlFile }: MutualSettings, nowMs: number): Trust {
  const ca = read('EVENKEEL_MTLS_CA', caFile);
  const blocks = ca.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new Unusable(`EVENKEEL_MTLS_CA: ${caFile} holds no certificate in PEM.`);
  const authorities = blocks.map((block) => certificateIn('EVENKEEL_MTLS_CA', caFile, block));
  for (const certificate of authorities) {
    if (!certificate.ca) {
      throw new Unusable(
        `EVENKEEL_MTLS_CA: ${caFile} holds a certificate that may not sign others (${subjectOf(certificate)}).`,
      );
    }
    refuseOutOfTime('EVENKEEL_MTLS_CA', caFile, certificate, nowMs);
  }
  if (crlFile === 'none') return { ca, lists: [] };
  const text = read('EVENKEEL_MTLS_CRL', crlFile);
  const lists = check('EVENKEEL_MTLS_CRL', crlFile, 'holds a revocation list that can not be read', () => {
    const found = readRevocationLists(text);
    createSecureContext({ crl: found.map(({ pem }) => pem) });
    return found;
  });
  if (lists.length === 0) throw new Unusable(`EVENKEEL_MTLS_CRL: ${crlFile} holds no revocation list in PEM.`);
  for (const { nextUpdateMs } of lists) {
    if (nextUpdateMs !== 'never' && nextUpdateMs <= nowMs) {
      throw new Unusable(
        `EVENKEEL_MTLS_CRL: ${crlFile} was to be replaced by ${dayOf(nextUpdateMs)}; no station could connect with it. Get a newer one from the authority.`,
      );
    }
  }
  for (const authority of authorities) {
    if (lists.some(({ issuer }) => issuer === subjectOfCertificate(authority.raw))) continue;
    throw new Unusable(
      `EVENKEEL_MTLS_CRL: ${crlFile} holds no revocation list of ${subjectOf(authority)}, which EVENKEEL_MTLS_CA names; none of its stations could connect.`,
    );
  }
  return { ca, lists };
}

function read(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const reason = code === 'ENOENT' ? 'there is no such file' : `it can not be read (${code})`;
    throw new Unusable(`${name}: ${file}: ${reason}.`);
  }
}

function certificateIn(name: string, file: string, pem: string): X509Certificate {
  return check(name, file, 'holds no certificate in PEM', () => new X509Certificate(pem));
}

/** The reasons that OpenSSL gives may quote nothing secret, but they are not for people either. */
function check<T>(name: string, file: string, fault: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new Unusable(`${name}: ${file} ${fault}${code}.`);
  }
}

function refuseOutOfTime(name: string, file: string, certificate: X509Certificate, nowMs: number): void {
  const [fromMs, endsMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (endsMs <= nowMs) {
    throw new Unusable(`${name}: the certificate of ${subjectOf(certificate)} in ${file} expired on ${dayOf(endsMs)}.`);
  }
  if (fromMs > nowMs) {
    throw new Unusable(
      `${name}: the certificate of ${subjectOf(certificate)} in ${file} begins on ${dayOf(fromMs)} only.`,
    );
  }
}

/** On one line. */
function subjectOf(certificate: X509Certificate): string {
  return certificate.subject.replaceAll('\n', ', ');
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
