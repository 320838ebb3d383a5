import type { KeyDocument } from '../../api/accounts.js';
import type { SiteSummary } from '../../api/documents.js';
import { dateText } from '../../model/months.js';
import type { ViewSpeech } from '../../words/views/words.js';

/** Those that are over come last. */
export function KeyTable({
  keys,
  sites,
  speech,
  onRotate,
  onRevoke,
}: {
  readonly keys: readonly KeyDocument[];
  readonly sites: readonly SiteSummary[];
  readonly speech: ViewSpeech;
  readonly onRotate: (key: KeyDocument) => void;
  readonly onRevoke: (key: KeyDocument) => void;
}) {
  const { say, clock } = speech;
  const nowMs = Date.now();
  const sorted = [...keys].sort((a, b) => Number(isOver(a, nowMs)) - Number(isOver(b, nowMs)));
  const reach = ({ siteIds }: KeyDocument) =>
    siteIds === null
      ? say('keys.allSites')
      : siteIds.map((siteId) => sites.find((site) => site.siteId === siteId)?.name ?? siteId).join(', ');
  return (
    <table class="desk keys">
      <thead>
        <tr>
          <th scope="col">{say('users.name')}</th>
          <th scope="col">{say('users.role')}</th>
          <th scope="col">{say('keys.sites')}</th>
          <th scope="col">{say('keys.expires')}</th>
          <th scope="col">{say('keys.lastUse')}</th>
          <th scope="col">
            <span class="hidden">{say('users.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((key) => (
          <tr key={key.keyId} class={isOver(key, nowMs) ? 'over' : ''}>
            <th scope="row">
              <b>{key.name}</b>
              <span class="sub small below not-on-phone">
                {say('keys.madeAt', { t: dateText(Date.parse(key.createdAt), speech) })}
              </span>
            </th>
            <td>{say(`role.${key.role}`)}</td>
            <td>{reach(key)}</td>
            <td>{endText(key, speech, nowMs)}</td>
            <td class="sub">
              {key.lastUsedAt === null ? say('keys.neverUsed') : clock.when(Date.parse(key.lastUsedAt), nowMs)}
            </td>
            <td class="right row-actions">
              {!isOver(key, nowMs) && (
                <>
                  <button
                    type="button"
                    class="link"
                    aria-label={`${say('keys.rotate')}: ${key.name}`}
                    onClick={() => onRotate(key)}
                  >
                    {say('keys.rotate')}
                  </button>
                  <button
                    type="button"
                    class="link"
                    aria-label={`${say('keys.revoke')}: ${key.name}`}
                    onClick={() => onRevoke(key)}
                  >
                    {say('keys.revoke')}
                  </button>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function isOver({ revokedAt, expiresAt }: KeyDocument, nowMs: number): boolean {
  return revokedAt !== null || (expiresAt !== null && Date.parse(expiresAt) <= nowMs);
}

function endText({ revokedAt, expiresAt }: KeyDocument, speech: ViewSpeech, nowMs: number): string {
  const { say } = speech;
  if (revokedAt !== null) return say('keys.revoked', { t: dateText(Date.parse(revokedAt), speech) });
  if (expiresAt === null) return say('keys.noEnd');
  const expiresMs = Date.parse(expiresAt);
  return expiresMs <= nowMs ? say('keys.over', { t: dateText(expiresMs, speech) }) : dateText(expiresMs, speech);
}
