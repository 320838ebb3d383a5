import { useState } from 'preact/hooks';
import { speechIn } from '../../model/speech.js';
import { type SignInOutcome, signIn, wasSignedOut } from '../../session.js';
import { spoken } from '../../shell/display.js';
import { Mark } from '../../shell/icons.js';
import { goTo, query } from '../../shell/location.js';

/** The only view without a session. Leads back to where one came from. */
export function SignIn() {
  const { say } = speechIn(spoken.value, 'UTC');
  const [key, setKey] = useState('');
  const [isShown, setShown] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const told = problem ?? (wasSignedOut() ? say('signIn.signedOut') : undefined);

  const describe = (outcome: SignInOutcome): string | undefined => {
    if (outcome.kind === 'wrong') return say('signIn.wrongKey');
    if (outcome.kind === 'tooMany') return say('signIn.tooMany', { s: outcome.waitS });
    return outcome.kind === 'unreachable' ? say('contact.lost') : undefined;
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (key.trim() === '') {
      setProblem(say('signIn.empty'));
      return;
    }
    setBusy(true);
    const outcome = await signIn(key);
    setBusy(false);
    setProblem(describe(outcome));
    if (outcome.kind === 'in') goTo(ownAddress(query.peek().get('to')), 'replace');
  };

  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit} noValidate>
        <div class="logo">
          <Mark />
          <span>Evenkeel</span>
        </div>
        <h1>{say('signIn.title')}</h1>
        <div class="field">
          <label for="key">{say('signIn.key')}</label>
          <div class="with-button">
            <input
              id="key"
              {...(isShown ? ({ type: 'text' } as const) : ({ type: 'password' } as const))}
              autocomplete="current-password"
              value={key}
              aria-describedby="key-hint key-problem"
              aria-invalid={problem !== undefined}
              onInput={({ currentTarget }) => setKey(currentTarget.value)}
            />
            <button type="button" class="quiet" onClick={() => setShown(!isShown)} aria-pressed={isShown}>
              {say(isShown ? 'signIn.hide' : 'signIn.show')}
            </button>
          </div>
          <p id="key-hint" class="hint">
            {say('signIn.keyHint')}
          </p>
          <p id="key-problem" class="problem" role="alert">
            {told}
          </p>
        </div>
        <button type="submit" class="primary" disabled={isBusy}>
          {say('signIn.submit')}
        </button>
      </form>
    </main>
  );
}

/** Only into this very site: an address of somebody else's must not be reached from here. */
function ownAddress(asked: string | null): string {
  if (asked === null || !asked.startsWith('/') || asked.startsWith('//') || asked.includes('\\')) return '/';
  return asked.startsWith('/signin') ? '/' : asked;
}
