import { useEffect, useRef } from 'preact/hooks';
import type { KeyDraft } from '../../api/accounts.js';
import type { SiteSummary } from '../../api/documents.js';
import { type AccountProblem, type KeyText, keyProblems, readKey, rolesToGive } from '../../model/accountForm.js';
import { me } from '../../session.js';
import type { ViewSpeech } from '../../words/views/words.js';
import { SelectField, TextField } from '../parts/Field.js';
import { useChecked } from '../parts/useChecked.js';

export function KeyForm({
  sites,
  isSaving,
  onSave,
  onCancel,
  speech,
}: {
  readonly sites: readonly SiteSummary[];
  readonly isSaving: boolean;
  readonly onSave: (draft: KeyDraft) => void;
  readonly onCancel: () => void;
  readonly speech: ViewSpeech;
}) {
  const { say, timeZone } = speech;
  const form = useRef<HTMLFormElement>(null);
  const { text, problems, change, check } = useChecked<KeyText, AccountProblem>(
    { name: '', role: 'viewer', siteIds: [], expires: '' },
    (of) => keyProblems(of, timeZone, Date.now()),
  );
  useEffect(() => {
    form.current?.querySelector('input')?.focus();
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const problemOf = (field: AccountProblem['field']) => {
    const found = problems.find((one) => one.field === field);
    return found === undefined ? undefined : say(found.word, found.filling);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const [first] = check();
    if (first !== undefined) form.current?.querySelector<HTMLElement>(`#key-${first.field}`)?.focus();
    else onSave(readKey(text, timeZone));
  };
  const toggle = (siteId: string) =>
    change({
      siteIds: text.siteIds.includes(siteId) ? text.siteIds.filter((one) => one !== siteId) : [...text.siteIds, siteId],
    });
  return (
    <form ref={form} class="card limit-form" onSubmit={submit} noValidate aria-labelledby="key-title">
      <h2 id="key-title">{say('keys.new')}</h2>
      <div class="fields">
        <TextField
          id="key-name"
          label={say('keys.for')}
          hint={say('keys.forHint')}
          problem={problemOf('name')}
          value={text.name}
          onInput={(name) => change({ name })}
          onBlur={() => text.name !== '' && check()}
        />
        <SelectField
          id="key-role"
          label={say('users.role')}
          value={text.role}
          hint={say(`role.${text.role}May`)}
          choices={rolesToGive(me()?.role).map((value) => ({ value, label: say(`role.${value}`) }))}
          onChoose={(role) => change({ role })}
        />
        <TextField
          id="key-expires"
          label={say('keys.expires')}
          type="datetime-local"
          hint={text.expires === '' ? say('keys.expiresHint') : undefined}
          problem={problemOf('expires')}
          value={text.expires}
          onInput={(expires) => change({ expires })}
        />
      </div>
      {sites.length > 0 && (
        <fieldset class="checks">
          <legend>{say('keys.onlySites')}</legend>
          {sites.map(({ siteId, name }) => (
            <label key={siteId}>
              <input type="checkbox" checked={text.siteIds.includes(siteId)} onChange={() => toggle(siteId)} />
              {name}
            </label>
          ))}
        </fieldset>
      )}
      <div class="actions">
        <button type="submit" class="primary" disabled={isSaving}>
          {say('keys.make')}
        </button>
        <button type="button" class="quiet" onClick={onCancel}>
          {say('form.cancel')}
        </button>
      </div>
    </form>
  );
}
