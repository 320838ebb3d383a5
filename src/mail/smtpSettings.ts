/** Where mail is handed in. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** From the first byte on. Else STARTTLS, which must be there where there is a password to keep. */
  readonly encrypted: boolean;
  readonly login: 'none' | { readonly user: string; readonly password: string };
}

/** What mail needs: all of it, or there is none. */
export interface MailSettings {
  readonly smtp: SmtpSettings;
  /** With or without a name: Evenkeel <evenkeel@example.com>. */
  readonly from: string;
}

const PORT = 587;
const PORT_ENCRYPTED = 465;
export const SMTP_URL_RULE =
  'smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465, USER:PASSWORD@ left out where none is needed';

/** Undefined: it is not such an address. */
export function parseSmtpUrl(text: string): SmtpSettings | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') return undefined;
  if (!['', '/'].includes(url.pathname) || url.search + url.hash !== '') return undefined;
  if ((url.username === '') !== (url.password === '')) return undefined;
  const encrypted = url.protocol === 'smtps:';
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (user === undefined || password === undefined) return undefined;
  return {
    host: url.hostname.replaceAll(/[[\]]/g, ''),
    port: url.port === '' ? (encrypted ? PORT_ENCRYPTED : PORT) : Number(url.port),
    encrypted,
    login: user === '' ? 'none' : { user, password },
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const FROM_MAX_CHARACTERS = 200;
const FROM = /^(?:[^@<>,;"\p{Cc}]+ <[^\s@<>,;"]+@[^\s@<>,;"]+>|[^\s@<>,;"]+@[^\s@<>,;"]+)$/u;
export const MAIL_FROM_RULE = 'an e-mail address, with or without a name: Evenkeel <evenkeel@example.com>';

export function isMailFrom(text: string): boolean {
  return text.length <= FROM_MAX_CHARACTERS && text.includes('@') && FROM.test(text);
}
