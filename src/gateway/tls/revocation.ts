import { DER, derElements, derSequence, derTimeMs } from './der.js';

/** What a certificate revocation list says. Whether it is genuine is for TLS itself to see. */
export interface RevocationList {
  readonly pem: string;
  /** The authority that it is of, as `subjectOfCertificate` names it. */
  readonly issuer: string;
  /** 'never': it states no end. */
  readonly nextUpdateMs: number | 'never';
  /** As `nameOfCertificate` names them. */
  readonly revoked: ReadonlySet<string>;
}

const PEM_BLOCK = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/g;

/** Every list in a PEM file. Throws RangeError for one that can not be read. */
export function readRevocationLists(text: string): readonly RevocationList[] {
  return [...text.matchAll(PEM_BLOCK)].map(([pem, base64]) => {
    return { pem: `${pem}\n`, ...readList(Buffer.from(base64 ?? '', 'base64')) };
  });
}

/** Its issuer and its serial number, which together name a certificate. */
export function nameOfCertificate(der: Buffer): string {
  const { body, at } = certificateBody(der);
  return nameOf(body[at + 2]?.whole, body[at]?.content);
}

/** Whose certificate it is: of an authority, as its lists name it. */
export function subjectOfCertificate(der: Buffer): string {
  const { body, at } = certificateBody(der);
  // Serial number, algorithm, issuer, validity, subject.
  return body[at + 4]?.whole.toString('base64') ?? '';
}

function certificateBody(der: Buffer) {
  const body = derElements(derSequence(der)[0]?.content ?? Buffer.alloc(0));
  // The version, which comes first, is left out by the oldest certificates.
  return { body, at: body[0]?.tag === DER.integer ? 0 : 1 };
}

function readList(der: Buffer): Omit<RevocationList, 'pem'> {
  const body = derElements(derSequence(der)[0]?.content ?? Buffer.alloc(0));
  const at = body[0]?.tag === DER.integer ? 1 : 0;
  const issuer = body[at + 1];
  const next = body[at + 3];
  const hasEnd = next?.tag === DER.utcTime || next?.tag === DER.generalizedTime;
  const entries = body[at + (hasEnd ? 4 : 3)];
  const revoked = new Set<string>();
  if (entries?.tag === DER.sequence) {
    for (const entry of derElements(entries.content)) {
      revoked.add(nameOf(issuer?.whole, derElements(entry.content)[0]?.content));
    }
  }
  return {
    issuer: issuer?.whole.toString('base64') ?? '',
    nextUpdateMs: hasEnd ? derTimeMs(next) : 'never',
    revoked,
  };
}

function nameOf(issuer: Buffer | undefined, serial: Buffer | undefined): string {
  if (issuer === undefined || serial === undefined) throw new RangeError('an issuer or a serial number is missing');
  return `${issuer.toString('base64')} ${serial.toString('hex')}`;
}
