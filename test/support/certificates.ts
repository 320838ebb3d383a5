import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why there are no certificates to test with; undefined where there are. */
export function whyNoCertificates(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'the openssl command is missing (Debian: apt-get install openssl)';
  }
}

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

interface CertificateOptions {
  /** Default: EC. */
  readonly keyType?: 'EC' | 'RSA';
  /** Default: now, for a month. As openssl writes them: YYYYMMDDHHMMSSZ. */
  readonly startDate?: string;
  readonly endDate?: string;
  /** Default: for clients and servers. */
  readonly usage?: 'clientAuth' | 'serverAuth';
  /** Default: that of the authority. As openssl writes a subject; several may follow each other. */
  readonly organization?: string;
}

const CONFIG = `
[ca]
default_ca = authority
[authority]
database = index.txt
new_certs_dir = issued
serial = serial
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_days = 30
default_crl_days = 30
policy = anything
unique_subject = no
copy_extensions = copy
[anything]
organizationName = optional
organizationalUnitName = optional
commonName = supplied
[req]
distinguished_name = names
[names]
[authorityExtensions]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
`;

/** A certificate authority of its own, in a folder of its own, by the openssl command. */
export class TestAuthority {
  readonly folder: string;
  readonly caFile: string;
  #count = 0;

  constructor(name = 'Test authority') {
    this.folder = mkdtempSync(join(tmpdir(), 'evenkeel-ca-'));
    this.caFile = join(this.folder, 'ca.pem');
    mkdirSync(join(this.folder, 'issued'));
    this.#write('index.txt', '');
    this.#write('serial', '1000\n');
    this.#write('openssl.cnf', CONFIG);
    this.#openssl(
      'req',
      '-x509',
      ...keyArguments('EC'),
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '30',
      '-subj',
      `/O=Operator/CN=${name}`,
      '-config',
      'openssl.cnf',
      '-extensions',
      'authorityExtensions',
    );
  }

  get ca(): string {
    return readFileSync(this.caFile, 'utf8');
  }

  issue(commonName: string, options: CertificateOptions = {}): Certificate {
    const name = `c${++this.#count}`;
    const { keyType = 'EC', startDate, endDate, usage, organization = '/O=Operator' } = options;
    this.#openssl(
      'req',
      '-new',
      ...keyArguments(keyType),
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-utf8',
      '-subj',
      `${organization}/CN=${commonName}`,
      '-config',
      'openssl.cnf',
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
      ...(usage === undefined ? [] : ['-addext', `extendedKeyUsage=${usage}`]),
    );
    this.#openssl(
      'ca',
      '-batch',
      '-notext',
      '-config',
      'openssl.cnf',
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
      ...(startDate === undefined ? [] : ['-startdate', startDate]),
      ...(endDate === undefined ? [] : ['-enddate', endDate]),
    );
    const [certFile, keyFile] = [join(this.folder, `${name}.pem`), join(this.folder, `${name}.key`)];
    return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  }

  revoke({ certFile }: Certificate): void {
    this.#openssl('ca', '-batch', '-config', 'openssl.cnf', '-revoke', certFile);
  }

  /** The file of a new revocation list, with all that was revoked. */
  revocationList(...more: readonly string[]): string {
    this.#openssl('ca', '-gencrl', '-config', 'openssl.cnf', '-out', 'crl.pem', ...more);
    return join(this.folder, 'crl.pem');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  #openssl(...args: readonly string[]): void {
    // RANDFILE and the like of the surroundings are none of its business.
    const env = { PATH: process.env.PATH ?? '' };
    execFileSync('openssl', args, { cwd: this.folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

function keyArguments(keyType: 'EC' | 'RSA'): readonly string[] {
  return keyType === 'EC' ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'] : ['-newkey', 'rsa:2048'];
}
