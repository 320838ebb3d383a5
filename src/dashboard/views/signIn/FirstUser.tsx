import { useState } from 'preact/hooks';
import { accountsApi } from '../../api/accounts.js';
import { readUser, type UserText, userProblems } from '../../model/accountForm.js';
import { me } from '../../session.js';
import { signInWithPassword } from '../../signingIn.js';
import type { ViewSpeech } from '../../words/views/words.js';
import { TextField } from '../parts/Field.js';
import { PasswordField } from '../parts/PasswordField.js';
import { useChecked } from '../parts/useChecked.js';
import { failureOf } from '../parts/useDocument.js';

/** With the key that the first start printed: somebody is added, so that the key can be put away. */
export function FirstUser({ speech, onDone }: { readonly speech: ViewSpeech; readonly onDone: () => void }) {
  const { say } = speech;
  const role = me()?.role === 'admin' ? 'admin' : 'owner';
  const { text, problems, change, check } = useChecked<UserText, ReturnType<typeof userProblems>[number]>(
    { email: '', name: '', role, password: '' },
    (of) => userProblems(of, true),
  );
  const [refusal, setRefusal] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const problemOf = (field: string) => {
    const found = problems.find((one) => one.field === field);
    return found === undefined ? undefined : say(found.word, found.filling);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    const [first] = check();
    if (first !== undefined) return document.getElementById(`first-${first.field}`)?.focus();
    setBusy(true);
    try {
      await accountsApi.addUser(readUser(text));
      await signInWithPassword(text.email, text.password);
      onDone();
    } catch (error) {
      setRefusal(failureOf(error).message);
      setBusy(false);
    }
  };
  return (
    <>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <h1 tabIndex={-1}>{say('first.title')}</h1>
        <p class="sub">{say('first.sub')}</p>
        <TextField
          id="first-email"
          label={say('signIn.email')}
          type="email"
          autocomplete="username"
          problem={problemOf('email')}
          value={text.email}
          onInput={(email) => change({ email })}
        />
        <TextField
          id="first-name"
          label={say('users.name')}
          autocomplete="name"
          problem={problemOf('name')}
          value={text.name}
          onInput={(name) => change({ name })}
        />
        <PasswordField
          id="first-password"
          label={say('signIn.password')}
          hint={say('users.passwordHint')}
          autocomplete="new-password"
          problem={problemOf('password')}
          value={text.password}
          onInput={(password) => change({ password })}
          speech={speech}
        />
        {refusal !== undefined && (
          <p role="alert" class="problem-text">
            {say('form.failed')} <span lang="en">{refusal}</span>
          </p>
        )}
        <button type="submit" class="primary" disabled={isBusy}>
          {say('first.submit')}
        </button>
      </form>
      <button type="button" class="link" onClick={onDone}>
        {say('first.later')}
      </button>
    </>
  );
}
