import { useEffect, useRef, useState } from 'preact/hooks';
import type { SiteSummary } from '../../api/documents.js';
import type { LimitDocument } from '../../api/limits.js';
import { capText } from '../../model/limitDays.js';
import {
  isBelowCars,
  isRaised,
  type LimitKind,
  type LimitProblem,
  type LimitText,
  limitProblems,
  limitText,
  type Repeats,
  readLimit,
} from '../../model/limitForm.js';
import type { DaySpan } from '../../model/months.js';
import { useSite } from '../../shell/context.js';
import { viewSpeech } from '../../words/views/words.js';
import { Asking } from '../parts/Asking.js';
import { SelectField, TextField } from '../parts/Field.js';

const CHECK_AFTER_MS = 400;
const REPEATS: readonly Repeats[] = ['once', 'daily', 'weekdays', 'weekly'];
const KINDS: readonly LimitKind[] = ['currentA', 'powerKw', 'carsKw'];

type Question = { readonly kind: 'raise'; readonly limit: LimitDocument } | { readonly kind: 'delete' };

export function LimitForm({
  limit,
  day,
  site,
  isSaving,
  onSave,
  onDelete,
  onCancel,
}: {
  /** Undefined: a new one, of the day that is picked. */
  readonly limit: LimitDocument | undefined;
  readonly day: DaySpan;
  readonly site: SiteSummary;
  readonly isSaving: boolean;
  readonly onSave: (limit: LimitDocument) => void;
  readonly onDelete: (limit: LimitDocument) => void;
  readonly onCancel: () => void;
}) {
  const { screen } = useSite();
  const speech = viewSpeech(screen.speech.value);
  const { say } = speech;
  const root = site.circuits.find(({ parentId }) => parentId === null) ?? site.circuits[0];
  const [text, setText] = useState<LimitText>(() =>
    limit === undefined
      ? {
          circuitId: root?.id ?? '',
          kind: 'currentA',
          value: '',
          from: `${day.day}T17:00`,
          to: `${day.day}T20:00`,
          repeats: 'once',
          reason: '',
        }
      : limitText(limit, site.timeZone),
  );
  const [problems, setProblems] = useState<readonly LimitProblem[]>([]);
  const [question, setQuestion] = useState<Question | undefined>(undefined);
  const form = useRef<HTMLFormElement>(null);
  const checking = useRef<number | undefined>(undefined);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input, select')?.focus();
    form.current?.scrollIntoView({ block: 'nearest' });
    return () => clearTimeout(checking.current);
  }, []);

  const check = (of: LimitText) => {
    const found = limitProblems(of, site);
    setProblems(found);
    return found;
  };
  const change = (changes: Partial<LimitText>) => {
    const next = { ...text, ...changes };
    setText(next);
    clearTimeout(checking.current);
    checking.current = window.setTimeout(() => check(next), CHECK_AFTER_MS);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const [first] = check(text);
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`#limit-${first.field}`)?.focus();
      return;
    }
    const next = readLimit(text, site.timeZone, limit);
    if (limit !== undefined && isRaised(limit, next)) setQuestion({ kind: 'raise', limit: next });
    else onSave(next);
  };
  const problemOf = (field: LimitProblem['field']) => {
    const found = problems.find((one) => one.field === field);
    return found === undefined ? undefined : say(found.word, found.filling);
  };
  const circuit = site.circuits.find(({ id }) => id === text.circuitId);
  const nameOf = (circuitId: string) => screen.names.value?.circuit(circuitId) ?? circuitId;
  const unit = text.kind === 'currentA' ? 'A' : 'kW';
  const repeats: readonly Repeats[] = limit !== undefined && text.repeats === 'kept' ? ['kept', ...REPEATS] : REPEATS;

  return (
    <form ref={form} class="card limit-form" onSubmit={submit} noValidate aria-labelledby="limit-title">
      <h2 id="limit-title">{say(limit === undefined ? 'limits.new' : 'limits.change')}</h2>
      <div class="fields">
        <SelectField
          id="limit-circuit"
          label={say('limits.circuit')}
          value={text.circuitId}
          choices={site.circuits.map(({ id }) => ({ value: id, label: nameOf(id) }))}
          onChoose={(circuitId) => change({ circuitId })}
        />
        <SelectField
          id="limit-kind"
          label={say('limits.kind')}
          value={text.kind}
          choices={KINDS.map((value) => ({ value, label: say(`limits.${value}`) }))}
          onChoose={(kind) => change({ kind, value: kind === text.kind ? text.value : '' })}
        />
        <TextField
          id="limit-value"
          label={say('limits.value', { u: unit })}
          isNumber={unit === 'kW'}
          hint={
            isBelowCars(text)
              ? say('form.tooLow', { m: 6 })
              : text.kind === 'currentA' && circuit !== undefined
                ? say('limits.valueHint', { f: Math.min(...Object.values(circuit.limitA)) })
                : undefined
          }
          problem={problemOf('value')}
          value={text.value}
          onInput={(value) => change({ value })}
          onBlur={() => text.value !== '' && check(text)}
        />
        <TextField
          id="limit-from"
          label={say('limits.from')}
          type="datetime-local"
          problem={problemOf('from')}
          value={text.from}
          onInput={(from) => change({ from })}
        />
        <TextField
          id="limit-to"
          label={say('limits.to')}
          type="datetime-local"
          hint={text.to === '' ? say('limits.openEnd') : undefined}
          problem={problemOf('to')}
          value={text.to}
          onInput={(to) => change({ to })}
        />
        <SelectField
          id="limit-repeats"
          label={say('limits.repeats')}
          value={text.repeats}
          hint={text.repeats === 'kept' ? limit?.recurrence : undefined}
          choices={repeats.map((value) => ({ value, label: say(`limits.${value}`) }))}
          onChoose={(chosen) => change({ repeats: chosen })}
        />
        <TextField
          id="limit-reason"
          label={say('limits.reason')}
          value={text.reason}
          onInput={(reason) => change({ reason })}
        />
      </div>
      <div class="actions">
        <button type="submit" class="primary" disabled={isSaving}>
          {say('form.save')}
        </button>
        <button type="button" class="quiet" onClick={onCancel}>
          {say('form.cancel')}
        </button>
        {limit !== undefined && (
          <button type="button" class="secondary push" onClick={() => setQuestion({ kind: 'delete' })}>
            {say('limits.delete')}
          </button>
        )}
      </div>
      {question !== undefined && limit !== undefined && (
        <Asking
          title={say(question.kind === 'delete' ? 'limits.deleteTitle' : 'limits.raiseTitle')}
          text={
            question.kind === 'delete'
              ? say('limits.deleteText', { x: capText(limit, speech), c: nameOf(limit.circuitId) })
              : say('limits.raiseText', {
                  c: nameOf(question.limit.circuitId),
                  x: capText(limit, speech),
                  y: capText(question.limit, speech),
                })
          }
          yes={say(question.kind === 'delete' ? 'limits.delete' : 'limits.raise')}
          speech={speech}
          onAnswer={(answer) => {
            setQuestion(undefined);
            if (answer === 'no') return;
            if (question.kind === 'delete') onDelete(limit);
            else onSave(question.limit);
          }}
        />
      )}
    </form>
  );
}
