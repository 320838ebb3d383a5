import { useState } from 'preact/hooks';
import { accountsApi, type KeyDocument, type KeyDraft } from '../../api/accounts.js';
import { api } from '../../api/client.js';
import type { ViewSpeech } from '../../words/views/words.js';
import { Asking } from '../parts/Asking.js';
import { OutcomeLine, useOutcome } from '../parts/Outcome.js';
import { Secret } from '../parts/Secret.js';
import { EmptyPart, FailedPart, LoadingPart } from '../parts/States.js';
import { useDocument } from '../parts/useDocument.js';
import { KeyForm } from './KeyForm.js';
import { KeyTable } from './KeyTable.js';

/** After a rotation the old secret is taken for a day more: programs are changed one by one. */
const OVERLAP_S = 86_400;

interface Shown {
  readonly name: string;
  readonly secret: string;
  /** The old secret is taken until then. */
  readonly oldUntil: string | undefined;
}

type Question = { readonly kind: 'rotate' | 'revoke'; readonly key: KeyDocument };

/** What programs show. */
export function KeyDesk({ speech }: { readonly speech: ViewSpeech }) {
  const { say, clock } = speech;
  const { asked, again } = useDocument('keys', async () => {
    const [keys, sites] = await Promise.all([accountsApi.keys(), api.sites()]);
    return { keys, sites };
  });
  const [isAdding, setAdding] = useState(false);
  const [shown, setShown] = useState<Shown | undefined>(undefined);
  const [question, setQuestion] = useState<Question | undefined>(undefined);
  const { outcome, run, undo } = useOutcome();
  const there = asked.kind === 'there' ? asked.value : undefined;

  const make = async (draft: KeyDraft) => {
    const isMade = await run(async () => {
      const made = await accountsApi.makeKey(draft);
      setShown({ name: made.name, secret: made.key, oldUntil: undefined });
    });
    if (!isMade) return;
    setAdding(false);
    again();
  };
  const answer = async ({ kind, key }: Question) => {
    await run(async () => {
      if (kind === 'revoke') await accountsApi.revokeKey(key.keyId);
      else {
        const made = await accountsApi.rotateKey(key.keyId, OVERLAP_S);
        setShown({ name: made.name, secret: made.key, oldUntil: made.oldKeyExpiresAt });
      }
    });
    again();
  };

  return (
    <>
      <OutcomeLine outcome={outcome} onUndo={undo} speech={speech} />
      {shown !== undefined && (
        <Secret
          title={say('keys.made', { k: shown.name })}
          text={
            shown.oldUntil === undefined
              ? say('keys.once')
              : say('keys.onceOld', { t: clock.when(Date.parse(shown.oldUntil), Date.now()) })
          }
          secret={shown.secret}
          speech={speech}
          onDone={() => setShown(undefined)}
        />
      )}
      {isAdding && there !== undefined && (
        <KeyForm
          sites={there.sites}
          isSaving={outcome.kind === 'saving'}
          onSave={make}
          onCancel={() => setAdding(false)}
          speech={speech}
        />
      )}
      <section class="card" aria-label={say('users.keys')}>
        <header>
          <button type="button" class="primary push" onClick={() => setAdding(true)}>
            {say('keys.add')}
          </button>
        </header>
        {asked.kind === 'loading' && <LoadingPart speech={speech} rows={4} />}
        {asked.kind === 'failed' && <FailedPart failure={asked.failure} speech={speech} again={again} />}
        {there !== undefined && there.keys.length === 0 && <EmptyPart title={say('keys.none')} />}
        {there !== undefined && there.keys.length > 0 && (
          <KeyTable
            keys={there.keys}
            sites={there.sites}
            speech={speech}
            onRotate={(key) => setQuestion({ kind: 'rotate', key })}
            onRevoke={(key) => setQuestion({ kind: 'revoke', key })}
          />
        )}
      </section>
      {question !== undefined && (
        <Asking
          title={say(question.kind === 'rotate' ? 'keys.rotateTitle' : 'keys.revokeTitle', { k: question.key.name })}
          text={say(question.kind === 'rotate' ? 'keys.rotateText' : 'keys.revokeText')}
          yes={say(question.kind === 'rotate' ? 'keys.rotate' : 'keys.revoke')}
          speech={speech}
          onAnswer={(given) => {
            setQuestion(undefined);
            if (given === 'yes') void answer(question);
          }}
        />
      )}
    </>
  );
}
