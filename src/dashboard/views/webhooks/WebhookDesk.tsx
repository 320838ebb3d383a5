import { useState } from 'preact/hooks';
import { api, RequestFailure } from '../../api/client.js';
import type { WebhookDocument, WebhookDraft } from '../../api/webhookDocuments.js';
import { webhooksApi } from '../../api/webhooks.js';
import { draftOf } from '../../model/webhookForm.js';
import { goTo } from '../../shell/location.js';
import { addresses } from '../../shell/route.js';
import type { ViewSpeech } from '../../words/views/words.js';
import { Asking } from '../parts/Asking.js';
import { OutcomeLine, useOutcome } from '../parts/Outcome.js';
import { Secret } from '../parts/Secret.js';
import { EmptyPart, FailedPart, LoadingPart } from '../parts/States.js';
import { codeOf, useDocument } from '../parts/useDocument.js';
import { WebhookCard } from './WebhookCard.js';
import { WebhookForm } from './WebhookForm.js';
import { WebhookTable } from './WebhookTable.js';

/** After a rotation messages are signed with the old secret for a day more: receivers are changed in peace. */
const OVERLAP_S = 86_400;

interface Shown {
  readonly url: string;
  readonly secret: string;
  readonly oldUntil: string | undefined;
}

type Question = { readonly kind: 'rotate' | 'delete'; readonly webhook: WebhookDocument };

/** All of them, or the one that the address names, with what was sent to it. */
export function WebhookDesk({ of, speech }: { readonly of: string | undefined; readonly speech: ViewSpeech }) {
  const { say, clock } = speech;
  const { asked, again } = useDocument('webhooks', async () => {
    const [webhooks, sites] = await Promise.all([webhooksApi.webhooks(), api.sites()]);
    return { webhooks, sites };
  });
  const [editing, setEditing] = useState<WebhookDocument | 'new' | undefined>(undefined);
  const [refusedUrl, setRefusedUrl] = useState<string | undefined>(undefined);
  const [shown, setShown] = useState<Shown | undefined>(undefined);
  const [question, setQuestion] = useState<Question | undefined>(undefined);
  const { outcome, run, undo } = useOutcome();
  const there = asked.kind === 'there' ? asked.value : undefined;
  const one = there?.webhooks.find(({ webhookId }) => webhookId === of);

  const put = async (webhookId: string, draft: WebhookDraft) => {
    await webhooksApi.change(webhookId, draft);
    again();
  };
  const save = async (draft: WebhookDraft) => {
    const before = editing === 'new' ? undefined : editing;
    const isSaved = await run(
      async () => {
        try {
          if (before !== undefined) return await put(before.webhookId, draft);
          const made = await webhooksApi.make(draft);
          setShown({ url: made.url, secret: made.secret, oldUntil: undefined });
          again();
        } catch (error) {
          if (error instanceof RequestFailure && codeOf(error) === 'ADDRESS_REFUSED') setRefusedUrl(draft.url);
          throw error;
        }
      },
      before === undefined || before.disabled !== null ? undefined : () => put(before.webhookId, draftOf(before)),
    );
    if (isSaved) setEditing(undefined);
  };
  const answer = async ({ kind, webhook }: Question) => {
    const isDone = await run(async () => {
      if (kind === 'delete') await webhooksApi.remove(webhook.webhookId);
      else {
        const made = await webhooksApi.rotate(webhook.webhookId, OVERLAP_S);
        const oldUntil = made.secrets.find(({ expiresAt }) => expiresAt !== null)?.expiresAt ?? undefined;
        setShown({ url: made.url, secret: made.secret, oldUntil });
      }
    });
    if (isDone && kind === 'delete' && of !== undefined) goTo(addresses.webhooks);
    again();
  };
  const words = question === undefined ? undefined : QUESTIONS[question.kind];

  return (
    <>
      <OutcomeLine outcome={outcome} onUndo={undo} speech={speech} />
      {shown !== undefined && (
        <Secret
          title={say('webhooks.made', { u: shown.url })}
          text={
            shown.oldUntil === undefined
              ? say('webhooks.once')
              : say('webhooks.onceOld', { t: clock.when(Date.parse(shown.oldUntil), Date.now()) })
          }
          secret={shown.secret}
          speech={speech}
          onDone={() => setShown(undefined)}
        />
      )}
      {editing !== undefined && there !== undefined && (
        <WebhookForm
          key={editing === 'new' ? 'new' : editing.webhookId}
          webhook={editing === 'new' ? undefined : editing}
          sites={there.sites}
          refusedUrl={refusedUrl}
          isSaving={outcome.kind === 'saving'}
          onSave={save}
          onCancel={() => setEditing(undefined)}
          speech={speech}
        />
      )}
      {one !== undefined && there !== undefined ? (
        <WebhookCard
          webhook={one}
          sites={there.sites}
          speech={speech}
          onChange={() => setEditing(one)}
          onEnable={() => void run(() => put(one.webhookId, draftOf(one)))}
          onAsk={(kind) => setQuestion({ kind, webhook: one })}
          onSettled={again}
        />
      ) : (
        <section class="card" aria-label={say('webhooks.title')}>
          <header>
            {there !== undefined && of !== undefined && <p role="alert">{say('webhooks.missing')}</p>}
            {editing !== 'new' && (
              <button
                type="button"
                class="primary push"
                disabled={there === undefined}
                onClick={() => setEditing('new')}
              >
                {say('webhooks.add')}
              </button>
            )}
          </header>
          {asked.kind === 'loading' && <LoadingPart speech={speech} rows={3} />}
          {asked.kind === 'failed' && <FailedPart failure={asked.failure} speech={speech} again={again} />}
          {there !== undefined && there.webhooks.length === 0 && (
            <EmptyPart title={say('webhooks.none')}>
              <p class="sub">{say('webhooks.noneHow')}</p>
            </EmptyPart>
          )}
          {there !== undefined && there.webhooks.length > 0 && (
            <WebhookTable webhooks={there.webhooks} sites={there.sites} speech={speech} />
          )}
        </section>
      )}
      {question !== undefined && words !== undefined && (
        <Asking
          title={say(words.title, { u: question.webhook.url })}
          text={say(words.text)}
          yes={say(words.yes)}
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

const QUESTIONS = {
  rotate: { title: 'webhooks.rotateTitle', text: 'webhooks.rotateText', yes: 'webhooks.rotate' },
  delete: { title: 'webhooks.deleteTitle', text: 'webhooks.deleteText', yes: 'webhooks.delete' },
} as const;
