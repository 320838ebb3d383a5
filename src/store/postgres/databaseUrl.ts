/** A URL that names a Postgres database. The text holds a password, and is shown to nobody; `place` is what messages say instead. */
export interface DatabaseUrl {
  readonly text: string;
  readonly place: string;
}

const SCHEMES = ['postgres:', 'postgresql:'];
/** What DATABASE_URL must be, for whoever got it wrong. */
export const DATABASE_URL_RULE =
  'postgres://USER:PASSWORD@HOST:PORT/DATABASE, with anything but letters and digits in the password written as %XX';

/** Undefined where it is none. */
export function parseDatabaseUrl(text: string): DatabaseUrl | undefined {
  if (text.includes('\0') || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!SCHEMES.includes(url.protocol)) return undefined;
  // A socket's directory may stand in for the host: postgres:///evenkeel?host=/run/postgresql
  const host = url.searchParams.get('host') ?? decodePart(url.hostname);
  const database = decodePart(url.pathname.slice(1));
  if (host === undefined || host === '' || database === undefined || database === '' || database.includes('/')) {
    return undefined;
  }
  if (decodePart(url.username) === undefined || decodePart(url.password) === undefined) return undefined;
  const port = url.searchParams.get('port') ?? (url.port === '' ? '5432' : url.port);
  return { text, place: host.startsWith('/') ? `${database} in ${host}` : `${database} at ${host}:${port}` };
}

/** Undefined where a % is followed by something else than two hexadecimal digits. */
function decodePart(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
