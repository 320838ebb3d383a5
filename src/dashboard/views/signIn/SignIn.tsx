import { useEffect, useState } from 'preact/hooks';
import { accountsApi, type SignInMethods } from '../../api/accounts.js';
import { speechIn } from '../../model/speech.js';
import { type SignInOutcome, wasSignedOut } from '../../session.js';
import { spoken } from '../../shell/display.js';
import { Mark } from '../../shell/icons.js';
import { goTo, query, setQuery } from '../../shell/location.js';
import { signInWithKey, signInWithPassword } from '../../signingIn.js';
import { type ViewSpeech, viewSpeech } from '../../words/views/words.js';
import { TextField } from '../parts/Field.js';
import { PasswordField } from '../parts/PasswordField.js';
import { FirstUser } from './FirstUser.js';

/** The only view without a session. Leads back to where one came from. */
export function SignIn() {
  const speech = viewSpeech(speechIn(spoken.value, 'UTC'));
  const [isFirst, setFirst] = useState(false);
  const byKey = query.value.get('by') === 'key';
  const goOn = () => goTo(ownAddress(query.peek().get('to')), 'replace');
  /** Who came with the installation's key is asked to add somebody, while there is nobody. */
  const entered = async (outcome: SignInOutcome) => {
    if (outcome.kind !== 'in') return;
    const { me } = outcome;
    const looksAfterUsers = me.kind === 'key' && me.siteIds === null && (me.role === 'admin' || me.role === 'owner');
    const isAlone = looksAfterUsers && (await accountsApi.users().catch(() => undefined))?.length === 0;
    if (isAlone) setFirst(true);
    else goOn();
  };
  return (
    <main class="sign-in">
      <div class="card">
        <div class="logo">
          <Mark />
          <span>Evenkeel</span>
        </div>
        {isFirst ? (
          <FirstUser speech={speech} onDone={goOn} />
        ) : byKey ? (
          <WithKey speech={speech} onEntered={entered} />
        ) : (
          <WithPassword speech={speech} onEntered={entered} />
        )}
      </div>
    </main>
  );
}

interface WayIn {
  readonly speech: ViewSpeech;
  readonly onEntered: (outcome: SignInOutcome) => Promise<void>;
}

function WithPassword({ speech, onEntered }: WayIn) {
  const { say } = speech;
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const methods = useMethods();
  const { told, isBusy, run, setProblem } = useTry(speech, 'signIn.wrong');
  const submit = async (event: Event) => {
    event.preventDefault();
    const missing = email.trim() === '' ? 'signIn-email' : password === '' ? 'signIn-password' : undefined;
    if (missing !== undefined) {
      setProblem(say(missing === 'signIn-email' ? 'signIn.emptyEmail' : 'signIn.emptyPassword'));
      document.getElementById(missing)?.focus();
      return;
    }
    await onEntered(await run(() => signInWithPassword(email, password)));
  };
  return (
    <>
      <form onSubmit={submit} noValidate>
        <h1 tabIndex={-1}>{say('signIn.title')}</h1>
        {methods.password && (
          <>
            <TextField
              id="signIn-email"
              label={say('signIn.email')}
              type="email"
              autocomplete="username"
              value={email}
              onInput={setEmail}
            />
            <PasswordField
              id="signIn-password"
              label={say('signIn.password')}
              autocomplete="current-password"
              problem={told}
              value={password}
              onInput={setPassword}
              speech={speech}
            />
            <button type="submit" class="primary" disabled={isBusy}>
              {say('signIn.submit')}
            </button>
          </>
        )}
      </form>
      {methods.oidc !== undefined && (
        <a class="secondary as-button" href={withReturn(methods.oidc.url)}>
          {say('signIn.with', { s: methods.oidc.name })}
        </a>
      )}
      <button type="button" class="link" onClick={() => setQuery({ by: 'key' })}>
        {say('signIn.withKey')}
      </button>
    </>
  );
}

function WithKey({ speech, onEntered }: WayIn) {
  const { say } = speech;
  const [key, setKey] = useState('');
  const { told, isBusy, run, setProblem } = useTry(speech, 'signIn.wrongKey');
  const submit = async (event: Event) => {
    event.preventDefault();
    if (key.trim() === '') setProblem(say('signIn.emptyKey'));
    else await onEntered(await run(() => signInWithKey(key)));
  };
  return (
    <>
      <form onSubmit={submit} noValidate>
        <h1 tabIndex={-1}>{say('signIn.title')}</h1>
        <PasswordField
          id="signIn-key"
          label={say('signIn.key')}
          hint={say('signIn.keyHint')}
          autocomplete="off"
          problem={told}
          value={key}
          onInput={setKey}
          speech={speech}
        />
        <button type="submit" class="primary" disabled={isBusy}>
          {say('signIn.submit')}
        </button>
      </form>
      <button type="button" class="link" onClick={() => setQuery({ by: undefined })}>
        {say('signIn.withPassword')}
      </button>
    </>
  );
}

/** What came of it, in words; at first why one is here at all. */
function useTry({ say }: ViewSpeech, wrong: 'signIn.wrong' | 'signIn.wrongKey') {
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const run = async (attempt: () => Promise<SignInOutcome>) => {
    setBusy(true);
    const outcome = await attempt();
    setBusy(false);
    setProblem(
      outcome.kind === 'wrong'
        ? say(wrong)
        : outcome.kind === 'tooMany'
          ? say('signIn.tooMany', { s: outcome.waitS })
          : outcome.kind === 'unreachable'
            ? say('contact.lost')
            : undefined,
    );
    return outcome;
  };
  return { told: problem ?? (wasSignedOut() ? say('signIn.signedOut') : undefined), isBusy, run, setProblem };
}

/** Passwords, until the service says what else there is. */
function useMethods(): SignInMethods {
  const [methods, setMethods] = useState<SignInMethods>({ password: true });
  useEffect(() => {
    accountsApi.signInMethods().then(setMethods, () => undefined);
  }, []);
  return methods;
}

/** The way by somebody else comes back to where one was going. */
function withReturn(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}to=${encodeURIComponent(ownAddress(query.peek().get('to')))}`;
}

/** Only into this very site: an address of somebody else's must not be reached from here. */
function ownAddress(asked: string | null): string {
  if (asked === null || !asked.startsWith('/') || asked.startsWith('//') || asked.includes('\\')) return '/';
  return asked.startsWith('/signin') ? '/' : asked;
}
