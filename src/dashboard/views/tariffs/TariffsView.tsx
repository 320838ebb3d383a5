import { type TariffSummary, tariffsApi } from '../../api/tariffs.js';
import { speechIn } from '../../model/speech.js';
import { spoken } from '../../shell/display.js';
import { Icon } from '../../shell/icons.js';
import { path } from '../../shell/location.js';
import { type ViewSpeech, viewSpeech } from '../../words/views/words.js';
import { SettingsNav } from '../parts/SettingsNav.js';
import { EmptyPart, FailedPart, LoadingPart } from '../parts/States.js';
import { useDocument } from '../parts/useDocument.js';
import { TariffUpload } from './TariffUpload.js';

/** Is the file right, what changes? */
export function TariffsView() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [, , tariffId] = path.value.split('/').map(decodeURIComponent);
  const { asked, again } = useDocument('tariffs', tariffsApi.list);
  const tariffs = asked.kind === 'there' ? asked.value : undefined;
  const tariff = tariffs?.find((one) => one.tariffId === tariffId);
  const speech = viewSpeech(speechIn(spoken.value, tariff?.timeZone ?? own));
  const { say } = speech;
  return (
    <>
      <SettingsNav speech={speech} />
      {tariffId !== undefined && (
        <a class="back" href="/tariffs">
          <Icon name="back" />
          {say('nav.tariffs')}
        </a>
      )}
      <section class="hero">
        <div>
          <h1 tabIndex={-1}>{tariff === undefined ? say('nav.tariffs') : (tariff.name ?? tariff.tariffId)}</h1>
          <p>{tariff === undefined ? say('tariffs.sub') : untilText(tariff, speech)}</p>
        </div>
      </section>
      {asked.kind === 'loading' && (
        <section class="card">
          <LoadingPart speech={speech} rows={5} />
        </section>
      )}
      {asked.kind === 'failed' && (
        <section class="card">
          <FailedPart failure={asked.failure} speech={speech} again={again} />
        </section>
      )}
      {tariffs !== undefined && tariffId !== undefined && tariff === undefined && (
        <section class="card">
          <EmptyPart title={say('tariffs.unknown', { s: tariffId })} />
        </section>
      )}
      {tariffs !== undefined && (tariffId === undefined || tariff !== undefined) && (
        <>
          {tariff === undefined && <TariffList tariffs={tariffs} speech={speech} />}
          <TariffUpload key={tariffId} tariff={tariff} known={tariffs} speech={speech} onPublished={again} />
        </>
      )}
    </>
  );
}

function untilText({ pricesTo, siteIds }: TariffSummary, { say, clock }: ViewSpeech): string {
  const until =
    pricesTo === null
      ? say('tariffs.noSeries')
      : say('tariffs.until', { t: clock.when(Date.parse(pricesTo), Date.now()) });
  return siteIds.length === 0
    ? `${until} ${say('tariffs.unused')}`
    : `${until} ${say('tariffs.usedBy', { s: siteIds.join(', ') })}`;
}

function TariffList({ tariffs, speech }: { readonly tariffs: readonly TariffSummary[]; readonly speech: ViewSpeech }) {
  const { say, clock } = speech;
  if (tariffs.length === 0) {
    return (
      <section class="card">
        <EmptyPart title={say('empty.prices')}>
          <span class="small">{say('tariffs.firstOne')}</span>
        </EmptyPart>
      </section>
    );
  }
  return (
    <section class="card" aria-label={say('nav.tariffs')}>
      <table class="stations tariffs">
        <thead>
          <tr>
            <th scope="col">{say('tariffs.name')}</th>
            <th scope="col">{say('tariffs.currency')}</th>
            <th scope="col">{say('tariffs.sites')}</th>
            <th scope="col">{say('tariffs.pricesTo')}</th>
          </tr>
        </thead>
        <tbody>
          {tariffs.map(({ tariffId, name, currency, siteIds, pricesTo }) => (
            <tr key={tariffId}>
              <th scope="row">
                <a class="row-link" href={`/tariffs/${encodeURIComponent(tariffId)}`}>
                  <b>{name ?? tariffId}</b>
                </a>
              </th>
              <td>{currency}</td>
              <td>{siteIds.length === 0 ? say('missing') : siteIds.join(', ')}</td>
              <td>{pricesTo === null ? say('missing') : clock.when(Date.parse(pricesTo), Date.now())}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
