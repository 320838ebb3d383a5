import { useEffect, useRef } from 'preact/hooks';
import type { SiteSummary } from '../../api/documents.js';
import { WEBHOOK_EVENTS, type WebhookDocument, type WebhookDraft } from '../../api/webhookDocuments.js';
import {
  eventText,
  readWebhook,
  type WebhookProblem,
  type WebhookText,
  webhookProblems,
  webhookText,
} from '../../model/webhookForm.js';
import type { ViewSpeech } from '../../words/views/words.js';
import { TextField } from '../parts/Field.js';
import { useChecked } from '../parts/useChecked.js';

export function WebhookForm({
  webhook,
  sites,
  refusedUrl,
  isSaving,
  onSave,
  onCancel,
  speech,
}: {
  readonly webhook: WebhookDocument | undefined;
  readonly sites: readonly SiteSummary[];
  /** What the service would not call. */
  readonly refusedUrl: string | undefined;
  readonly isSaving: boolean;
  readonly onSave: (draft: WebhookDraft) => void;
  readonly onCancel: () => void;
  readonly speech: ViewSpeech;
}) {
  const { say } = speech;
  const form = useRef<HTMLFormElement>(null);
  const { text, problems, change, check } = useChecked<WebhookText, WebhookProblem>(
    webhookText(webhook),
    webhookProblems,
  );
  useEffect(() => {
    form.current?.querySelector('input')?.focus();
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const problemOf = (field: WebhookProblem['field']) => {
    const found = problems.find((one) => one.field === field);
    if (found !== undefined) return say(found.word, found.filling);
    return field === 'url' && refusedUrl !== undefined && refusedUrl === text.url.trim()
      ? say('webhooks.refused')
      : undefined;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const [first] = check();
    if (first === undefined) onSave(readWebhook(text));
    else form.current?.querySelector<HTMLElement>(first.field === 'url' ? '#webhook-url' : '.events input')?.focus();
  };
  const eventsProblem = problemOf('events');
  return (
    <form ref={form} class="card limit-form" onSubmit={submit} noValidate aria-labelledby="webhook-title">
      <h2 id="webhook-title">
        {webhook === undefined ? say('webhooks.new') : say('webhooks.editing', { u: webhook.url })}
      </h2>
      <div class="fields one">
        <TextField
          id="webhook-url"
          label={say('webhooks.url')}
          hint={say('webhooks.urlHint')}
          problem={problemOf('url')}
          value={text.url}
          onInput={(url) => change({ url })}
          onBlur={() => text.url !== '' && check()}
        />
      </div>
      <fieldset class="checks events" aria-describedby="webhook-events-problem">
        <legend>{say('webhooks.events')}</legend>
        {WEBHOOK_EVENTS.map((event) => (
          <label key={event}>
            <input
              type="checkbox"
              checked={text.events.includes(event)}
              onChange={() => change({ events: toggled(text.events, event) })}
            />
            {eventText(event, speech)}
          </label>
        ))}
        <p id="webhook-events-problem" class="problem" role="alert">
          {eventsProblem ?? ''}
        </p>
      </fieldset>
      {sites.length > 0 && (
        <fieldset class="checks">
          <legend>{say('keys.onlySites')}</legend>
          {sites.map(({ siteId, name }) => (
            <label key={siteId}>
              <input
                type="checkbox"
                checked={text.siteIds.includes(siteId)}
                onChange={() => change({ siteIds: toggled(text.siteIds, siteId) })}
              />
              {name}
            </label>
          ))}
        </fieldset>
      )}
      <div class="actions">
        <button type="submit" class="primary" disabled={isSaving}>
          {say(webhook === undefined ? 'webhooks.add' : 'form.save')}
        </button>
        <button type="button" class="quiet" onClick={onCancel}>
          {say('form.cancel')}
        </button>
      </div>
    </form>
  );
}

function toggled(all: readonly string[], one: string): readonly string[] {
  return all.includes(one) ? all.filter((other) => other !== one) : [...all, one];
}
