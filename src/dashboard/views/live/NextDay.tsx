import type { Phase } from '../../api/documents.js';
import { PHASES } from '../../api/documents.js';
import { PlanFigure } from '../../charts/PlanFigure.js';
import { useSite } from '../../shell/context.js';
import { query, setQuery } from '../../shell/location.js';
import { Segments } from '../../shell/Notice.js';
import { usePicture } from '../picture.js';

const HOURS = 24;

/** The next day of the fullest phase, by circuit. */
export function NextDay() {
  const { screen } = useSite();
  const { say } = screen.speech.value;
  const asked = query.value.get('phase');
  const { picture, fullest, note } = usePicture({
    hours: HOURS,
    show: showFrom(asked),
    by: 'circuit',
    picked: undefined,
  });
  const show = showFrom(asked) ?? fullest;
  return (
    <section class="card next" aria-labelledby="next-title">
      <header>
        <h2 id="next-title">{say('live.next24')}</h2>
        <PhaseChoice
          show={show}
          fullest={fullest}
          onChoose={(next) => setQuery({ phase: next === fullest ? undefined : next })}
        />
      </header>
      {note !== undefined && <p class="small sub">{note}</p>}
      <PlanFigure picture={picture} size="card" />
    </section>
  );
}

export function showFrom(text: string | null): Phase | 'kW' | undefined {
  return text === 'kW' ? 'kW' : PHASES.find((phase) => phase === text);
}

export function PhaseChoice({
  show,
  fullest,
  onChoose,
}: {
  readonly show: Phase | 'kW';
  readonly fullest: Phase;
  readonly onChoose: (show: Phase | 'kW') => void;
}) {
  const { say } = useSite().screen.speech.value;
  return (
    <Segments
      label={say('plan.phase')}
      value={show}
      onChoose={onChoose}
      choices={[
        ...PHASES.map((phase) => ({
          value: phase,
          label: phase === fullest ? say('plan.fullest', { p: phase }) : phase,
        })),
        { value: 'kW' as const, label: 'kW' },
      ]}
    />
  );
}
