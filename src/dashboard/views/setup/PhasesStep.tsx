import type { Phase } from '../../api/documents.js';
import { firstPhases, ROTATIONS, WIRINGS } from '../../model/setupForm.js';
import { SelectField } from '../parts/Field.js';
import type { StepProps } from './stepProps.js';

/** Which phase of the grid is on which terminal: cars of one phase draw from the first. */
export function PhasesStep({ text, change, speech: { say } }: StepProps) {
  const { stations } = text;
  const counts = firstPhases(text);
  const put = (place: number, outlet: number, phases: readonly Phase[]) =>
    change({
      stations: stations.map((station, at) =>
        at === place
          ? { ...station, evses: station.evses.map((evse, of) => (of === outlet ? { ...evse, phases } : evse)) }
          : station,
      ),
    });
  if (stations.length === 0) return <p class="sub">{say('empty.stations')}</p>;
  return (
    <>
      <p class="sub">
        {say('setup.firstPhases', { a: counts.L1, b: counts.L2, c: counts.L3 })} {say('setup.asWired')}
      </p>
      <ul class="tree phases-list">
        {stations.map((station, place) => (
          <li key={station.id}>
            {station.evses.map(({ phases, before }, outlet) => {
              const known = [...WIRINGS, ...(WIRINGS.some((one) => one.join() === phases.join()) ? [] : [phases])];
              return (
                <SelectField
                  key={before.id}
                  id={`phases-${place}-${outlet}`}
                  label={station.evses.length > 1 ? `${station.id} · ${before.id}` : station.id}
                  hint={outlet === 0 ? station.circuitId : undefined}
                  value={phases.join(' ')}
                  choices={known.map((one) => ({ value: one.join(' '), label: one.join(' – ') }))}
                  onChoose={(chosen) => put(place, outlet, known.find((one) => one.join(' ') === chosen) ?? phases)}
                />
              );
            })}
          </li>
        ))}
      </ul>
      <button
        type="button"
        class="secondary"
        onClick={() =>
          change({
            stations: stations.map((station, place) => ({
              ...station,
              evses: station.evses.map((evse) =>
                evse.phases.length === 3
                  ? { ...evse, phases: ROTATIONS[place % ROTATIONS.length] ?? evse.phases }
                  : evse,
              ),
            })),
          })
        }
      >
        {say('setup.rotate')}
      </button>
    </>
  );
}
