import { useEffect, useState } from 'preact/hooks';
import { type SiteDraft, setupApi } from '../../api/setup.js';
import { stationsApi, type WaitingStation } from '../../api/stations.js';
import { newStation, ROTATIONS, type StationText } from '../../model/setupForm.js';
import { Icon } from '../../shell/icons.js';
import { SelectField, TextField } from '../parts/Field.js';
import { WarnLine } from '../parts/States.js';
import { failureOf, useDocument } from '../parts/useDocument.js';
import type { StepProps } from './stepProps.js';

const LOOK_EVERY_MS = 4_000;
const OPEN_MINUTES = 15;
const MAX_A = 16;

/** Those that knock are taken in; others are written down before they come. */
export function StationsStep({
  text,
  change,
  problemOf,
  speech,
  siteId,
  onAdopted,
}: StepProps & { readonly siteId: string | undefined; readonly onAdopted: (site: SiteDraft) => void }) {
  const { say } = speech;
  const { stations, circuits } = text;
  const put = (place: number, changes: Partial<StationText>) =>
    change({ stations: stations.map((station, at) => (at === place ? { ...station, ...changes } : station)) });
  const root = circuits.find(({ parentId }) => parentId === null)?.id ?? '';
  const choices = circuits.map(({ id }) => ({ value: id, label: id }));
  return (
    <>
      {siteId !== undefined && (
        <Waiting siteId={siteId} circuitId={root} place={stations.length} onAdopted={onAdopted} speech={speech} />
      )}
      {stations.length === 0 && <p class="sub">{say('empty.stations')}</p>}
      <ul class="tree">
        {stations.map((station, place) => (
          // The ids are being written: a place is what stays.
          <li key={place}>
            <div class="fields fuse">
              <TextField
                id={`station-${place}-id`}
                label={say('stations.station')}
                isDisabled={station.before !== undefined}
                problem={problemOf(`station-${place}-id`)}
                value={station.id}
                onInput={(id) => put(place, { id })}
              />
              <TextField
                id={`station-${place}-name`}
                label={say('setup.bay')}
                value={station.name}
                onInput={(name) => put(place, { name })}
              />
              <SelectField
                id={`station-${place}-circuit`}
                label={say('stations.circuit')}
                value={station.circuitId}
                choices={choices}
                problem={problemOf(`station-${place}-circuit`)}
                onChoose={(circuitId) => put(place, { circuitId })}
              />
              {station.evses.map(
                ({ maxA, before }, outlet) =>
                  before.kind === 'AC' && (
                    <TextField
                      key={before.id}
                      id={`station-${place}-max-${outlet}`}
                      label={station.evses.length > 1 ? say('setup.maxOf', { n: before.id }) : say('setup.max')}
                      isNumber
                      problem={problemOf(`station-${place}-max-${outlet}`)}
                      value={maxA}
                      onInput={(next) =>
                        put(place, {
                          evses: station.evses.map((evse, at) => (at === outlet ? { ...evse, maxA: next } : evse)),
                        })
                      }
                    />
                  ),
              )}
              <TextField
                id={`station-${place}-failsafe`}
                label={say('setup.failsafe')}
                hint={place === 0 ? say('setup.failsafeHint') : undefined}
                isNumber
                problem={problemOf(`station-${place}-failsafe`)}
                value={station.failsafeA}
                onInput={(failsafeA) => put(place, { failsafeA })}
              />
              {station.before === undefined && (
                <TextField
                  id={`station-${place}-password`}
                  label={say('setup.password')}
                  hint={say('setup.passwordHint')}
                  problem={problemOf(`station-${place}-password`)}
                  value={station.password}
                  onInput={(password) => put(place, { password })}
                />
              )}
              <button
                type="button"
                class="link"
                onClick={() => change({ stations: stations.filter((_, at) => at !== place) })}
              >
                {say('setup.remove')}
                <span class="hidden"> {station.id}</span>
              </button>
            </div>
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="secondary"
        onClick={() => change({ stations: [...stations, newStation(freeId(stations), root, stations.length)] })}
      >
        {say('setup.addStation')}
      </button>
    </>
  );
}

function freeId(stations: readonly StationText[]): string {
  for (let number = stations.length + 1; ; number += 1) {
    const id = `CP${String(number).padStart(3, '0')}`;
    if (!stations.some((station) => station.id === id)) return id;
  }
}

/** Stations that are connected and belong to nobody. */
function Waiting({
  siteId,
  circuitId,
  place,
  onAdopted,
  speech,
}: {
  readonly siteId: string;
  readonly circuitId: string;
  readonly place: number;
  readonly onAdopted: (site: SiteDraft) => void;
  readonly speech: StepProps['speech'];
}) {
  const { say, clock } = speech;
  const { asked, again } = useDocument('onboarding', stationsApi.onboarding);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  useEffect(() => {
    const timer = setInterval(again, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const attempt = (what: Promise<unknown>) =>
    what.then(
      () => {
        setProblem(undefined);
        again();
      },
      (error: unknown) => setProblem(failureOf(error).message),
    );
  const adopt = async ({ stationId }: WaitingStation) => {
    const phases = ROTATIONS[place % ROTATIONS.length] ?? ['L1', 'L2', 'L3'];
    await stationsApi.adopt(stationId, {
      siteId,
      circuitId,
      failsafeA: 0,
      evses: [{ id: 1, kind: 'AC', phases, currentMaxA: MAX_A }],
    });
    onAdopted(await setupApi.site(siteId));
  };
  const there = asked.kind === 'there' ? asked.value : undefined;
  const isOpen = there?.openUntil != null;
  return (
    <div class="waiting">
      <div class="listening">
        <Icon name={isOpen ? 'free' : 'off'} />
        <span>
          {there?.openUntil == null
            ? say('setup.closed')
            : say('setup.open', { t: clock.time(Date.parse(there.openUntil)) })}
        </span>
        {!isOpen && (
          <button
            type="button"
            class="secondary"
            onClick={() => void attempt(stationsApi.openOnboarding(OPEN_MINUTES))}
          >
            {say('setup.letIn')}
          </button>
        )}
      </div>
      {there?.stations.map((station) => (
        <div key={station.stationId} class="stranger">
          <div>
            <b>{station.stationId}</b>
            <div class="sub small">
              {[station.vendor, station.model, station.serialNumber, station.address].filter(Boolean).join(' · ')}
            </div>
          </div>
          {station.contested ? (
            <WarnLine>{say('setup.contested')}</WarnLine>
          ) : (
            <button type="button" class="primary" onClick={() => void attempt(adopt(station))}>
              {say('setup.adopt')}
              <span class="hidden"> {station.stationId}</span>
            </button>
          )}
        </div>
      ))}
      <p class="problem-text" role="alert" lang="en">
        {problem ?? ''}
      </p>
    </div>
  );
}
