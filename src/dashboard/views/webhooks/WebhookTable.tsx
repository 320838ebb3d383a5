import type { SiteSummary } from '../../api/documents.js';
import type { WebhookDocument } from '../../api/webhookDocuments.js';
import { eventText, offText } from '../../model/webhookForm.js';
import { Icon } from '../../shell/icons.js';
import { addresses } from '../../shell/route.js';
import type { ViewSpeech } from '../../words/views/words.js';

export function WebhookTable({
  webhooks,
  sites,
  speech,
}: {
  readonly webhooks: readonly WebhookDocument[];
  readonly sites: readonly SiteSummary[];
  readonly speech: ViewSpeech;
}) {
  const { say } = speech;
  return (
    <table class="desk webhooks">
      <thead>
        <tr>
          <th scope="col">{say('webhooks.url')}</th>
          <th scope="col">{say('webhooks.toldOf')}</th>
          <th scope="col">{say('keys.sites')}</th>
          <th scope="col">{say('webhooks.condition')}</th>
        </tr>
      </thead>
      <tbody>
        {webhooks.map((webhook) => (
          <tr key={webhook.webhookId}>
            <th scope="row">
              <a class="row-link" href={`${addresses.webhooks}?of=${encodeURIComponent(webhook.webhookId)}`}>
                <b>{webhook.url}</b>
              </a>
            </th>
            <td>{webhook.events.map((event) => eventText(event, speech)).join(' · ')}</td>
            <td>{sitesText(webhook, sites, speech)}</td>
            <td>
              <OnOrOff webhook={webhook} speech={speech} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function OnOrOff({ webhook: { disabled }, speech }: { webhook: WebhookDocument; speech: ViewSpeech }) {
  const { say, clock } = speech;
  return (
    <span class={`condition ${disabled === null ? 'fine' : 'help'}`}>
      <Icon name={disabled === null ? 'tick' : 'warn'} />
      <span>
        {disabled === null ? (
          say('webhooks.on')
        ) : (
          <>
            {say('webhooks.off', { t: clock.when(Date.parse(disabled.since), Date.now()) })}
            <span class="sub small below">{offText(disabled, speech)}</span>
          </>
        )}
      </span>
    </span>
  );
}

export function sitesText({ siteIds }: WebhookDocument, sites: readonly SiteSummary[], { say }: ViewSpeech): string {
  if (siteIds === null) return say('keys.allSites');
  return siteIds.map((siteId) => sites.find((site) => site.siteId === siteId)?.name ?? siteId).join(', ');
}
