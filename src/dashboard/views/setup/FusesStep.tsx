import type { CircuitText } from '../../model/setupForm.js';
import { SelectField, TextField } from '../parts/Field.js';
import type { StepProps } from './stepProps.js';

/** The tree of fuses, from the grid connection down. */
export function FusesStep({ text, change, problemOf, speech: { say } }: StepProps) {
  const { circuits } = text;
  const put = (place: number, changes: Partial<CircuitText>) => {
    const before = circuits[place];
    const next = circuits.map((circuit, at) => (at === place ? { ...circuit, ...changes } : circuit));
    const renamed = changes.id !== undefined && before !== undefined;
    change({
      circuits: renamed
        ? next.map((one) => (one.parentId === before.id ? { ...one, parentId: changes.id ?? null } : one))
        : next,
      ...(renamed
        ? {
            stations: text.stations.map((one) =>
              one.circuitId === before.id ? { ...one, circuitId: changes.id ?? '' } : one,
            ),
          }
        : {}),
    });
  };
  const add = () => {
    const root = circuits.find(({ parentId }) => parentId === null);
    const id = ['row-a', 'row-b', 'row-c', 'row-d'].find((one) => !circuits.some((circuit) => circuit.id === one));
    change({
      circuits: [
        ...circuits,
        {
          id: id ?? `row-${circuits.length + 1}`,
          name: '',
          parentId: root?.id ?? null,
          limit: '',
          powerKw: '',
          baseLoad: '0',
        },
      ],
    });
  };
  const remove = (place: number) => {
    const gone = circuits[place];
    change({
      circuits: circuits
        .filter((_, at) => at !== place)
        .map((one) => (one.parentId === gone?.id ? { ...one, parentId: gone?.parentId ?? null } : one)),
      stations: text.stations.map((one) =>
        one.circuitId === gone?.id ? { ...one, circuitId: gone?.parentId ?? '' } : one,
      ),
    });
  };
  return (
    <>
      <ul class="tree">
        {circuits.map((circuit, place) => (
          // The ids are being written: a place is what stays.
          <li key={place} style={{ '--deep': depthOf(circuit, circuits) }}>
            <div class="fields fuse">
              <TextField
                id={`circuit-${place}-id`}
                label={say(circuit.parentId === null ? 'setup.mainFuse' : 'setup.circuit')}
                problem={problemOf(`circuit-${place}-id`)}
                value={circuit.id}
                onInput={(id) => put(place, { id })}
              />
              <TextField
                id={`circuit-${place}-name`}
                label={say('setup.shown')}
                value={circuit.name}
                onInput={(name) => put(place, { name })}
              />
              <TextField
                id={`circuit-${place}-limit`}
                label={say('setup.fuse')}
                hint={place === 0 ? say('setup.fuseHint') : undefined}
                problem={problemOf(`circuit-${place}-limit`)}
                value={circuit.limit}
                onInput={(limit) => put(place, { limit })}
              />
              <TextField
                id={`circuit-${place}-load`}
                label={say('setup.baseLoad')}
                hint={place === 0 ? say('setup.baseLoadHint') : undefined}
                problem={problemOf(`circuit-${place}-load`)}
                value={circuit.baseLoad}
                onInput={(baseLoad) => put(place, { baseLoad })}
              />
              <TextField
                id={`circuit-${place}-power`}
                label={say('setup.power')}
                hint={place === 0 ? say('setup.powerHint') : undefined}
                isNumber
                problem={problemOf(`circuit-${place}-power`)}
                value={circuit.powerKw}
                onInput={(powerKw) => put(place, { powerKw })}
              />
              {circuit.parentId !== null && (
                <SelectField
                  id={`circuit-${place}-parent`}
                  label={say('setup.below')}
                  value={circuit.parentId}
                  choices={circuits
                    .filter((one) => one !== circuit && !isBelow(one, circuit, circuits))
                    .map(({ id }) => ({ value: id, label: id }))}
                  onChoose={(parentId) => put(place, { parentId })}
                />
              )}
              {circuit.parentId !== null && (
                <button type="button" class="link" onClick={() => remove(place)}>
                  {say('setup.remove')}
                  <span class="hidden"> {circuit.id}</span>
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
      <button type="button" class="secondary" onClick={add}>
        {say('setup.addCircuit')}
      </button>
    </>
  );
}

const DEEPEST = 20;

function depthOf(circuit: CircuitText, all: readonly CircuitText[]): number {
  let depth = 0;
  for (let at: CircuitText | undefined = circuit; at?.parentId != null && depth < DEEPEST; depth += 1) {
    const parentId: string = at.parentId;
    at = all.find(({ id }) => id === parentId);
  }
  return depth;
}

function isBelow(one: CircuitText, above: CircuitText, all: readonly CircuitText[]): boolean {
  let at: CircuitText | undefined = one;
  for (let steps = 0; at !== undefined && steps < DEEPEST; steps += 1) {
    if (at.parentId === above.id) return true;
    const parentId: string | null = at.parentId;
    at = all.find(({ id }) => id === parentId);
  }
  return false;
}
