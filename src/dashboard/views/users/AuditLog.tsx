import { useState } from 'preact/hooks';
import { type AuditEntry, accountsApi } from '../../api/accounts.js';
import { type Difference, differences } from '../../model/difference.js';
import { momentText } from '../../model/months.js';
import { query, setQuery } from '../../shell/location.js';
import { en } from '../../words/views/en.js';
import type { ViewWord } from '../../words/views/viewSpeech.js';
import type { ViewSpeech } from '../../words/views/words.js';
import { EmptyPart, FailedPart, LoadingPart } from '../parts/States.js';
import { failureOf, useDocument } from '../parts/useDocument.js';

/** Who changed what, when, from what to what. Newest first, fifty at a time. */
export function AuditLog({ speech }: { readonly speech: ViewSpeech }) {
  const { say } = speech;
  const siteId = query.value.get('site') ?? undefined;
  const { asked, again } = useDocument(`audit ${siteId ?? ''}`, () => accountsApi.audit(undefined, siteId));
  const [older, setOlder] = useState<Older>({ of: undefined, entries: [], next: null });
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const first = asked.kind === 'there' ? asked.value : undefined;
  // What was fetched below another first page is no longer below this one.
  const below = older.of === first ? older : { of: first, entries: [], next: first?.next ?? null };
  const entries = first === undefined ? [] : [...first.entries, ...below.entries];
  const more = async (before: string) => {
    try {
      const page = await accountsApi.audit(before, siteId);
      setProblem(undefined);
      setOlder({ of: first, entries: [...below.entries, ...page.entries], next: page.next });
    } catch (error) {
      setProblem(failureOf(error).message);
    }
  };
  return (
    <section class="card" aria-label={say('users.log')}>
      {siteId !== undefined && (
        <p class="sub">
          {say('audit.ofSite', { s: siteId })}{' '}
          <button type="button" class="link" onClick={() => setQuery({ site: undefined })}>
            {say('empty.clear')}
          </button>
        </p>
      )}
      {asked.kind === 'loading' && <LoadingPart speech={speech} rows={8} />}
      {asked.kind === 'failed' && <FailedPart failure={asked.failure} speech={speech} again={again} />}
      {first !== undefined && entries.length === 0 && <EmptyPart title={say('audit.none')} />}
      {entries.length > 0 && (
        <ul class="audit">
          {entries.map((entry) => (
            <Entry key={entry.entryId} entry={entry} speech={speech} />
          ))}
        </ul>
      )}
      {problem !== undefined && <p role="alert">{say('error.failed', { d: problem })}</p>}
      {below.next !== null && (
        <button type="button" class="secondary" onClick={() => void more(below.next ?? '')}>
          {say('audit.older')}
        </button>
      )}
    </section>
  );
}

interface Older {
  /** The first page that these are below of. */
  readonly of: unknown;
  readonly entries: readonly AuditEntry[];
  readonly next: string | null;
}

function Entry({ entry, speech }: { readonly entry: AuditEntry; readonly speech: ViewSpeech }) {
  const { say } = speech;
  const { at, actor, action, target, siteId, outcome, before, after, asked } = entry;
  const changes = asked === null ? differences(before, after) : differences(undefined, asked);
  const name = nameIn(after) ?? nameIn(before);
  return (
    <li>
      <p>
        <b>{actor.name === '' ? actor.id : actor.name}</b>
        {actor.kind === 'key' && <span class="sub"> ({say('audit.key')})</span>} {actionText(action, speech)}
        {name !== undefined && `: ${name}`}
      </p>
      <p class="sub small">
        <time dateTime={at}>{momentText(Date.parse(at), speech)}</time>
        {siteId !== null && (
          <>
            {' · '}
            <button type="button" class="link quiet-link" onClick={() => setQuery({ site: siteId })}>
              {siteId}
            </button>
          </>
        )}
        {` · ${thingOf(target)}`}
      </p>
      {outcome !== 'made' && <p class="small">{say(`audit.${outcome}`)}</p>}
      {changes.length > 0 && (
        <details>
          <summary>{say(asked === null ? 'audit.changes' : 'audit.asked', { n: changes.length })}</summary>
          <Changes changes={changes} isAsked={asked !== null} speech={speech} />
        </details>
      )}
    </li>
  );
}

function Changes({
  changes,
  isAsked,
  speech: { say },
}: {
  readonly changes: readonly Difference[];
  readonly isAsked: boolean;
  readonly speech: ViewSpeech;
}) {
  return (
    <table class="changes">
      <thead>
        <tr>
          <th scope="col">{say('audit.what')}</th>
          {!isAsked && <th scope="col">{say('audit.before')}</th>}
          <th scope="col">{say(isAsked ? 'audit.sent' : 'audit.after')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ path, before, after }) => (
          <tr key={path}>
            <th scope="row">
              <code>{path}</code>
            </th>
            {!isAsked && <td>{before === undefined ? say('missing') : <del>{before}</del>}</td>}
            <td>{after === undefined ? say('missing') : <ins>{after}</ins>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** In words where we have them; what is newer than these words is shown by its name. */
function actionText(action: string, { say }: ViewSpeech): string {
  const word = `action.${action}`;
  return word in en ? say(word as ViewWord) : action;
}

/** What people call what was changed, where that is told. */
function nameIn(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const found = 'name' in document && document.name !== '' ? document.name : 'email' in document ? document.email : '';
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The last of its address is what a reader knows. */
function thingOf(target: string): string {
  return target
    .replace(/^\/v1\//, '')
    .replace(/\?.*/, '')
    .split('/')
    .map(decodeURIComponent)
    .join(' / ');
}
