import { useEffect, useRef } from 'preact/hooks';
import type { UserDocument, UserDraft } from '../../api/accounts.js';
import { type AccountProblem, readUser, rolesToGive, type UserText, userProblems } from '../../model/accountForm.js';
import { me } from '../../session.js';
import type { ViewSpeech } from '../../words/views/words.js';
import { SelectField, TextField } from '../parts/Field.js';
import { PasswordField } from '../parts/PasswordField.js';
import { WarnLine } from '../parts/States.js';
import { useChecked } from '../parts/useChecked.js';

export function UserForm({
  user,
  isSaving,
  onSave,
  onCancel,
  speech,
}: {
  /** Undefined: a new one. */
  readonly user: UserDocument | undefined;
  readonly isSaving: boolean;
  readonly onSave: (draft: UserDraft) => void;
  readonly onCancel: () => void;
  readonly speech: ViewSpeech;
}) {
  const { say } = speech;
  const isNew = user === undefined;
  const form = useRef<HTMLFormElement>(null);
  const { text, problems, change, check } = useChecked<UserText, AccountProblem>(
    {
      email: user?.email ?? '',
      name: user?.name ?? '',
      role: user?.role ?? 'viewer',
      password: '',
    },
    (of) => userProblems(of, isNew),
  );
  useEffect(() => {
    form.current?.querySelector('input')?.focus();
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const given = rolesToGive(me()?.role);
  const roles = given.includes(text.role) ? given : [text.role, ...given];
  const problemOf = (field: AccountProblem['field']) => {
    const found = problems.find((one) => one.field === field);
    return found === undefined ? undefined : say(found.word, found.filling);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const [first] = check();
    if (first !== undefined) form.current?.querySelector<HTMLElement>(`#user-${first.field}`)?.focus();
    else onSave(readUser(text));
  };
  const signsOut = user !== undefined && (text.role !== user.role || text.password !== '');
  return (
    <form ref={form} class="card limit-form" onSubmit={submit} noValidate aria-labelledby="user-title">
      <h2 id="user-title">{isNew ? say('users.new') : say('users.change', { u: user.email })}</h2>
      <div class="fields">
        <TextField
          id="user-email"
          label={say('signIn.email')}
          type="email"
          problem={problemOf('email')}
          value={text.email}
          onInput={(email) => change({ email })}
          onBlur={() => text.email !== '' && check()}
        />
        <TextField
          id="user-name"
          label={say('users.name')}
          problem={problemOf('name')}
          value={text.name}
          onInput={(name) => change({ name })}
        />
        <SelectField
          id="user-role"
          label={say('users.role')}
          value={text.role}
          hint={say(`role.${text.role}May`)}
          choices={roles.map((value) => ({ value, label: say(`role.${value}`) }))}
          onChoose={(role) => change({ role })}
        />
        <PasswordField
          id="user-password"
          label={say(isNew ? 'signIn.password' : 'users.newPassword')}
          hint={say(isNew ? 'users.passwordHint' : 'users.passwordStays')}
          autocomplete="new-password"
          problem={problemOf('password')}
          value={text.password}
          onInput={(password) => change({ password })}
          onBlur={() => text.password !== '' && check()}
          speech={speech}
        />
      </div>
      {signsOut && <WarnLine>{say('users.signsOut')}</WarnLine>}
      <div class="actions">
        <button type="submit" class="primary" disabled={isSaving}>
          {say('form.save')}
        </button>
        <button type="button" class="quiet" onClick={onCancel}>
          {say('form.cancel')}
        </button>
      </div>
    </form>
  );
}
