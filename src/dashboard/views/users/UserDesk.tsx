import { useState } from 'preact/hooks';
import { accountsApi, type UserDocument, type UserDraft } from '../../api/accounts.js';
import { dateText } from '../../model/months.js';
import { me } from '../../session.js';
import type { ViewSpeech } from '../../words/views/words.js';
import { Asking } from '../parts/Asking.js';
import { OutcomeLine, useOutcome } from '../parts/Outcome.js';
import { EmptyPart, FailedPart, LoadingPart } from '../parts/States.js';
import { useDocument } from '../parts/useDocument.js';
import { UserForm } from './UserForm.js';

type Editing = { readonly kind: 'new' } | { readonly kind: 'change'; readonly user: UserDocument };

/** Who can sign in. */
export function UserDesk({ speech }: { readonly speech: ViewSpeech }) {
  const { say } = speech;
  const { asked, again } = useDocument('users', accountsApi.users);
  const [editing, setEditing] = useState<Editing | undefined>(undefined);
  const [removing, setRemoving] = useState<UserDocument | undefined>(undefined);
  const { outcome, run, undo } = useOutcome();

  const save = async (draft: UserDraft) => {
    const before = editing?.kind === 'change' ? editing.user : undefined;
    const put = async (userId: string, of: UserDraft) => {
      await accountsApi.putUser(userId, of);
      again();
    };
    const isSaved = await run(
      async () => {
        if (before !== undefined) return put(before.userId, draft);
        await accountsApi.addUser(draft);
        again();
      },
      // What the password was nobody knows, so that it could be put back.
      before === undefined || draft.password !== undefined
        ? undefined
        : () => put(before.userId, { email: before.email, name: before.name, role: before.role }),
    );
    if (isSaved) setEditing(undefined);
  };
  const remove = async (user: UserDocument) => {
    const isGone = await run(async () => void (await accountsApi.removeUser(user.userId)));
    if (isGone) again();
  };

  return (
    <>
      <OutcomeLine outcome={outcome} onUndo={undo} speech={speech} />
      {editing !== undefined && (
        <UserForm
          key={editing.kind === 'change' ? editing.user.userId : 'new'}
          user={editing.kind === 'change' ? editing.user : undefined}
          isSaving={outcome.kind === 'saving'}
          onSave={save}
          onCancel={() => setEditing(undefined)}
          speech={speech}
        />
      )}
      <section class="card" aria-label={say('users.people')}>
        <header>
          <button type="button" class="primary push" onClick={() => setEditing({ kind: 'new' })}>
            {say('users.add')}
          </button>
        </header>
        {asked.kind === 'loading' && <LoadingPart speech={speech} rows={4} />}
        {asked.kind === 'failed' && <FailedPart failure={asked.failure} speech={speech} again={again} />}
        {asked.kind === 'there' && asked.value.length === 0 && <EmptyPart title={say('users.none')} />}
        {asked.kind === 'there' && asked.value.length > 0 && (
          <UserTable
            users={asked.value}
            speech={speech}
            onChange={(user) => setEditing({ kind: 'change', user })}
            onRemove={setRemoving}
          />
        )}
      </section>
      {removing !== undefined && (
        <Asking
          title={say('users.removeTitle', { u: nameOf(removing) })}
          text={say('users.removeText')}
          yes={say('setup.remove')}
          speech={speech}
          onAnswer={(answer) => {
            setRemoving(undefined);
            if (answer === 'yes') void remove(removing);
          }}
        />
      )}
    </>
  );
}

function nameOf({ name, email }: UserDocument): string {
  return name === '' ? email : name;
}

function UserTable({
  users,
  speech,
  onChange,
  onRemove,
}: {
  readonly users: readonly UserDocument[];
  readonly speech: ViewSpeech;
  readonly onChange: (user: UserDocument) => void;
  readonly onRemove: (user: UserDocument) => void;
}) {
  const { say } = speech;
  const own = me();
  const hasOthers = users.some(({ organisationId }) => organisationId !== own?.organisationId);
  return (
    <table class="desk">
      <thead>
        <tr>
          <th scope="col">{say('users.name')}</th>
          <th scope="col">{say('users.role')}</th>
          {hasOthers && <th scope="col">{say('users.organisation')}</th>}
          <th scope="col">{say('users.since')}</th>
          <th scope="col">
            <span class="hidden">{say('users.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {users.map((user) => (
          <tr key={user.userId}>
            <th scope="row">
              <b>{nameOf(user)}</b>
              {user.userId === own?.id && <span class="sub"> ({say('users.you')})</span>}
              {user.name !== '' && <span class="sub small below">{user.email}</span>}
            </th>
            <td>
              <b class="role">{say(`role.${user.role}`)}</b>
              <span class="sub small below not-on-phone">{say(`role.${user.role}May`)}</span>
            </td>
            {hasOthers && <td>{user.organisationId}</td>}
            <td class="number sub not-on-phone">{dateText(Date.parse(user.createdAt), speech)}</td>
            <td class="right row-actions">
              <button
                type="button"
                class="link"
                aria-label={`${say('setup.edit')}: ${nameOf(user)}`}
                onClick={() => onChange(user)}
              >
                {say('setup.edit')}
              </button>
              {user.userId !== own?.id && (
                <button
                  type="button"
                  class="link"
                  aria-label={`${say('setup.remove')}: ${nameOf(user)}`}
                  onClick={() => onRemove(user)}
                >
                  {say('setup.remove')}
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
