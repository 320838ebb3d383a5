// biome-ignore-all lint/a11y/noRedundantRoles: a table that is laid out as a grid is one for who listens only where it says so.
import { Component } from 'preact';
import { useState } from 'preact/hooks';
import { same } from '../../model/kept.js';
import { isShown, STATION_FILTERS, type StationFilter, type StationRow, stationRows } from '../../model/stations.js';
import { useSite } from '../../shell/context.js';
import { Icon, type IconName } from '../../shell/icons.js';
import { query, setQuery } from '../../shell/location.js';
import { Segments } from '../../shell/Notice.js';
import { addresses } from '../../shell/route.js';
import { type ViewSpeech, viewSpeech } from '../../words/views/words.js';

const ICONS: Readonly<Record<StationRow['kind'], IconName>> = {
  fine: 'tick',
  new: 'free',
  help: 'warn',
  offline: 'off',
};

/** Which need help? */
export function StationsView() {
  const { screen } = useSite();
  const { feed } = screen;
  const speech = viewSpeech(screen.speech.value);
  const { say } = speech;
  const [state, names] = [feed.state.value, screen.names.value];
  if (state === undefined || names === undefined) return null;
  const rows = stationRows(state, names, speech);
  const asked = query.value;
  const filter = STATION_FILTERS.find((one) => one === asked.get('state')) ?? 'all';
  const text = asked.get('q') ?? '';
  const shown = rows.filter((row) => isShown(row, filter, text));
  const count = (kind: StationRow['kind']) => rows.filter((row) => row.kind === kind).length;
  const add = (
    <a class="secondary as-button" href={`/setup/3?site=${encodeURIComponent(feed.siteId)}`}>
      {say('stations.add')}
    </a>
  );
  return (
    <>
      <section class="hero">
        <div>
          <h1 tabIndex={-1} class="ages">
            {headlineOf(rows, count('help') + count('offline'), speech)}
          </h1>
          <p>{say('stations.sub', { n: rows.length, k: rows.filter(({ cars }) => cars > 0).length })}</p>
        </div>
      </section>
      {rows.length === 0 ? (
        <NoStations speech={speech}>{add}</NoStations>
      ) : (
        <section class="card" aria-label={say('nav.stations')}>
          <header>
            <label class="search">
              <span class="hidden">{say('stations.search')}</span>
              <input
                type="search"
                placeholder={say('stations.search')}
                value={text}
                onInput={({ currentTarget }) => setQuery({ q: currentTarget.value || undefined })}
              />
            </label>
            <Segments<StationFilter>
              label={say('stations.show')}
              value={filter}
              onChoose={(next) => setQuery({ state: next === 'all' ? undefined : next })}
              choices={[
                { value: 'all', label: say('cars.all', { n: rows.length }) },
                { value: 'help', label: say('stations.needHelp', { n: count('help') }) },
                { value: 'offline', label: say('stations.noContact', { n: count('offline') }) },
              ]}
            />
            <span class="push">{add}</span>
          </header>
          {shown.length === 0 ? (
            <p class="sub">
              {say('empty.match')}{' '}
              <button type="button" class="link" onClick={() => setQuery({ q: undefined, state: undefined })}>
                {say('empty.clear')}
              </button>
            </p>
          ) : (
            <StationTable rows={shown} siteId={feed.siteId} speech={speech} />
          )}
        </section>
      )}
    </>
  );
}

function headlineOf(rows: readonly StationRow[], troubled: number, { say }: ViewSpeech): string {
  if (rows.length === 0) return say('empty.stations');
  if (troubled === 0) return say('stations.allFine');
  const [first] = rows;
  return troubled === 1 && first !== undefined
    ? say('stations.oneNeeds', { b: first.name })
    : say('stations.someNeed', { k: troubled, n: rows.length });
}

function StationTable({
  rows,
  siteId,
  speech,
}: {
  readonly rows: readonly StationRow[];
  readonly siteId: string;
  readonly speech: ViewSpeech;
}) {
  const { say } = speech;
  return (
    <table role="table" class="stations">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">
            {say('stations.station')}
          </th>
          <th role="columnheader" scope="col">
            {say('stations.circuit')}
          </th>
          <th role="columnheader" scope="col">
            {say('stations.phases')}
          </th>
          <th role="columnheader" scope="col" class="right">
            {say('stations.told')}
          </th>
          <th role="columnheader" scope="col">
            {say('stations.condition')}
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <StationLine key={row.stationId} row={row} siteId={siteId} speech={speech} />
        ))}
      </tbody>
    </table>
  );
}

interface LineProps {
  readonly row: StationRow;
  readonly siteId: string;
  readonly speech: ViewSpeech;
}

/** Drawn again only when something that it says changed. */
class StationLine extends Component<LineProps> {
  override shouldComponentUpdate(next: LineProps): boolean {
    return next.speech !== this.props.speech || !same(next.row, this.props.row);
  }

  override render({ row, siteId, speech: { numbers } }: LineProps) {
    return (
      <tr role="row">
        <th role="rowheader" scope="row">
          <a class="row-link" href={`${addresses.stations(siteId)}/${encodeURIComponent(row.stationId)}/now`}>
            <b>{row.name}</b>
          </a>
          {!row.name.endsWith(row.stationId) && <span class="sub small"> {row.stationId}</span>}
        </th>
        <td role="cell">{row.place}</td>
        <td role="cell">
          <Phases text={row.phases} />
        </td>
        <td role="cell" class="right number">{`${numbers.amperes(row.limitA)}\u00a0A`}</td>
        <td role="cell">
          <span class={`condition ${row.kind}`}>
            <Icon name={ICONS[row.kind]} />
            <span>{row.sentence}</span>
          </span>
        </td>
      </tr>
    );
  }
}

/** In the order of the station's terminals. */
export function Phases({ text }: { readonly text: string }) {
  return (
    <span class="phases">
      {text.split(' ').map((phase) => (
        <span key={phase} class={phase}>
          {phase}
        </span>
      ))}
    </span>
  );
}

function NoStations({
  speech: { say },
  children,
}: {
  readonly speech: ViewSpeech;
  readonly children: preact.ComponentChildren;
}) {
  const [isCopied, setCopied] = useState(false);
  const address = `${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/ocpp/…`;
  return (
    <section class="card empty-stations">
      <p>{say('empty.stationsHow', { u: '' })}</p>
      <p class="address">
        <code>{address}</code>
        <button
          type="button"
          class="secondary"
          onClick={() => {
            void navigator.clipboard?.writeText(address);
            setCopied(true);
          }}
        >
          {say(isCopied ? 'stations.copied' : 'stations.copy')}
        </button>
      </p>
      <p class="sub listening">
        <Icon name="free" /> {say('stations.listening')}
      </p>
      {children}
    </section>
  );
}
