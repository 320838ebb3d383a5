import { useEffect, useState } from 'preact/hooks';
import type { SiteSummary } from '../../api/documents.js';
import type { DeliveryDocument, WebhookDocument } from '../../api/webhookDocuments.js';
import { webhooksApi } from '../../api/webhooks.js';
import { momentText } from '../../model/months.js';
import { type DeliveryLook, deliveryLook, eventText } from '../../model/webhookForm.js';
import { Icon, type IconName } from '../../shell/icons.js';
import { addresses } from '../../shell/route.js';
import type { ViewSpeech } from '../../words/views/words.js';
import { EmptyPart, FailedPart, LoadingPart } from '../parts/States.js';
import { failureOf, useDocument } from '../parts/useDocument.js';
import { OnOrOff, sitesText } from './WebhookTable.js';

/** While something waits it is looked at again this often. */
const LOOK_AGAIN_MS = 3_000;
const ICONS: Readonly<Record<DeliveryLook['tone'], IconName>> = {
  fine: 'tick',
  waiting: 'clock',
  help: 'warn',
  off: 'off',
};

interface CardProps {
  readonly webhook: WebhookDocument;
  readonly sites: readonly SiteSummary[];
  readonly speech: ViewSpeech;
  readonly onChange: () => void;
  readonly onEnable: () => void;
  readonly onAsk: (kind: 'rotate' | 'delete') => void;
  /** Nothing waits any more: its receiver may have ended it. */
  readonly onSettled: () => void;
}

/** One webhook, what can be done with it, and what was sent to it. */
export function WebhookCard({ webhook, sites, speech, onChange, onEnable, onAsk, onSettled }: CardProps) {
  const { say } = speech;
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const sent = useDeliveries(webhook.webhookId, onSettled);
  const trial = async () => {
    try {
      await webhooksApi.test(webhook.webhookId);
      setProblem(undefined);
      sent.again();
    } catch (error) {
      setProblem(failureOf(error).message);
    }
  };
  const isOff = webhook.disabled !== null;
  return (
    <>
      <p class="back-line">
        <a href={addresses.webhooks}>{say('webhooks.all')}</a>
      </p>
      <section class="card webhook" aria-labelledby="webhook-url-title">
        <h2 id="webhook-url-title">{webhook.url}</h2>
        <OnOrOff webhook={webhook} speech={speech} />
        <p>
          {webhook.events.map((event) => eventText(event, speech)).join(' · ')}
          <span class="sub"> ({`${say('keys.sites')}: ${sitesText(webhook, sites, speech)}`})</span>
        </p>
        <p class="sub small">{secretsText(webhook, speech)}</p>
        {problem !== undefined && <p role="alert">{say('error.failed', { d: problem })}</p>}
        <div class="actions">
          {isOff ? (
            <button type="button" class="primary" onClick={onEnable}>
              {say('webhooks.enable')}
            </button>
          ) : (
            <button type="button" class="primary" onClick={() => void trial()}>
              {say('webhooks.try')}
            </button>
          )}
          <button type="button" class="secondary" onClick={onChange}>
            {say('webhooks.edit')}
          </button>
          <button type="button" class="quiet" onClick={() => onAsk('rotate')}>
            {say('webhooks.rotate')}
          </button>
          <button type="button" class="quiet" onClick={() => onAsk('delete')}>
            {say('webhooks.delete')}
          </button>
        </div>
      </section>
      <section class="card" aria-labelledby="sent-title">
        <header>
          <h2 id="sent-title">{say('webhooks.sent')}</h2>
          <span class="sub small push">{say('webhooks.keptFor')}</span>
        </header>
        {sent.asked.kind === 'loading' && <LoadingPart speech={speech} rows={4} />}
        {sent.asked.kind === 'failed' && <FailedPart failure={sent.asked.failure} speech={speech} again={sent.again} />}
        {sent.asked.kind === 'there' && sent.deliveries.length === 0 && <EmptyPart title={say('webhooks.sentNone')} />}
        {sent.deliveries.length > 0 && <DeliveryTable deliveries={sent.deliveries} speech={speech} />}
        {sent.problem !== undefined && <p role="alert">{say('error.failed', { d: sent.problem })}</p>}
        {sent.next !== null && (
          <button type="button" class="secondary" onClick={sent.older}>
            {say('audit.older')}
          </button>
        )}
      </section>
    </>
  );
}

function secretsText({ secrets }: WebhookDocument, { say, clock }: ViewSpeech): string {
  const [newest, ...old] = secrets;
  const parts = [
    say('webhooks.secret', { h: newest?.hint ?? say('missing') }),
    ...old.flatMap(({ hint, expiresAt }) =>
      expiresAt === null || Date.parse(expiresAt) <= Date.now()
        ? []
        : [say('webhooks.secretOld', { h: hint, t: clock.when(Date.parse(expiresAt), Date.now()) })],
    ),
  ];
  return `${parts.join('; ')}.`;
}

/** The newest, which are asked for again while something waits, and below them those that were asked for. */
function useDeliveries(webhookId: string, onSettled: () => void) {
  const { asked, again } = useDocument(`deliveries ${webhookId}`, () => webhooksApi.deliveries(webhookId, undefined));
  const [older, setOlder] = useState<readonly DeliveryDocument[]>([]);
  const [olderNext, setOlderNext] = useState<number | null | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const first = asked.kind === 'there' ? asked.value : undefined;
  const isUnderWay = first?.deliveries.some(({ state }) => state === 'waiting') === true;
  useEffect(() => {
    if (!isUnderWay) return;
    const timer = setInterval(() => document.hidden || again(), LOOK_AGAIN_MS);
    return () => {
      clearInterval(timer);
      onSettled();
    };
  }, [isUnderWay, webhookId]);
  const known = new Set(first?.deliveries.map(({ messageId }) => messageId));
  const next = olderNext === undefined ? (first?.next ?? null) : olderNext;
  const more = async (before: number) => {
    try {
      const page = await webhooksApi.deliveries(webhookId, before);
      setOlder([...older, ...page.deliveries]);
      setOlderNext(page.next);
      setProblem(undefined);
    } catch (error) {
      setProblem(failureOf(error).message);
    }
  };
  return {
    asked,
    again,
    problem,
    next,
    deliveries: [...(first?.deliveries ?? []), ...older.filter(({ messageId }) => !known.has(messageId))],
    older: () => next !== null && void more(next),
  };
}

function DeliveryTable({
  deliveries,
  speech,
}: {
  readonly deliveries: readonly DeliveryDocument[];
  readonly speech: ViewSpeech;
}) {
  const { say } = speech;
  return (
    <table class="desk deliveries">
      <thead>
        <tr>
          <th scope="col">{say('webhooks.when')}</th>
          <th scope="col">{say('webhooks.what')}</th>
          <th scope="col">{say('webhooks.became')}</th>
        </tr>
      </thead>
      <tbody>
        {deliveries.map((delivery) => {
          const { tone, word, detail } = deliveryLook(delivery, Date.now(), speech);
          return (
            <tr key={delivery.messageId}>
              <th scope="row" class="number">
                <time dateTime={delivery.createdAt}>{momentText(Date.parse(delivery.createdAt), speech)}</time>
              </th>
              <td>
                {eventText(delivery.type, speech)}
                <details class="message">
                  <summary aria-label={`${say('webhooks.message')} ${delivery.messageId}`}>
                    {say('webhooks.message')}
                  </summary>
                  <code>{delivery.messageId}</code>
                  <pre>{delivery.body}</pre>
                </details>
              </td>
              <td>
                <span class={`condition ${tone}`}>
                  <Icon name={ICONS[tone]} />
                  <span>
                    {word}
                    {detail !== undefined && <span class="sub small below">{detail}</span>}
                  </span>
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
