import { useEffect, useRef, useState } from 'preact/hooks';
import type { Needs, Session } from '../../api/documents.js';
import { needsOf } from '../../model/needs.js';
import {
  type FieldProblem,
  type NeedsField,
  type NeedsText,
  needsProblems,
  needsText,
  readNeeds,
} from '../../model/needsForm.js';
import { useSite } from '../../shell/context.js';
import { viewSpeech } from '../../words/views/words.js';
import { changeNeeds } from '../needs.js';
import { type Clash, ClashPart, clashWith } from '../parts/Clash.js';

const CHECK_AFTER_MS = 400;
const UNDO_FOR_MS = 10_000;

type Outcome =
  | { readonly kind: 'none' | 'saving' | 'failed' | 'undone' }
  | { readonly kind: 'saved'; readonly before: Needs };

/** What the driver needs, to be changed; shown at once, and to be taken back for ten seconds. */
export function NeedsForm({ session, canEdit }: { readonly session: Session; readonly canEdit: boolean }) {
  const { screen } = useSite();
  const { feed } = screen;
  const speech = viewSpeech(screen.speech.value);
  const { say, numbers, timeZone } = speech;
  const stored = needsText(needsOf(session), timeZone);
  const [text, setText] = useState<NeedsText | undefined>(undefined);
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'none' });
  const [clash, setClash] = useState<Clash | undefined>(undefined);
  /** What was there when the reader began to write. */
  const began = useRef<Needs>({});
  const form = useRef<HTMLFormElement>(null);
  const checking = useRef<number | undefined>(undefined);
  const shown = text ?? stored;
  const isChanged = text !== undefined && JSON.stringify(text) !== JSON.stringify(stored);

  const check = (of: NeedsText) => {
    const found = needsProblems(of, { timeZone, nowMs: feed.nowMs.peek() });
    setProblems(found);
    return found;
  };
  const change = (field: NeedsField, value: string) => {
    if (text === undefined) began.current = needsOf(session);
    const next = { ...shown, [field]: value };
    setText(next);
    clearTimeout(checking.current);
    checking.current = window.setTimeout(() => check(next), CHECK_AFTER_MS);
  };
  const send = async (needs: Needs, done: Outcome) => {
    setOutcome({ kind: 'saving' });
    try {
      await changeNeeds(feed, session.sessionId, needs);
      setText(undefined);
      setOutcome(done);
    } catch {
      setOutcome({ kind: 'failed' });
    }
  };
  const save = async (event: Event) => {
    event.preventDefault();
    const [first] = check(shown);
    if (first !== undefined) {
      form.current?.querySelector<HTMLInputElement>(`[name="${first.field}"]`)?.focus();
      return;
    }
    await sendUnlessClash(readNeeds(shown, timeZone));
  };
  const sendUnlessClash = async (needs: Needs) => {
    const before = needsOf(session);
    const found =
      text === undefined
        ? undefined
        : await clashWith(began.current, needs, {
            // What the stream brought meanwhile is what is stored.
            read: async () => before,
            siteId: feed.siteId,
            target: `/v1/sites/${encodeURIComponent(feed.siteId)}/sessions/${encodeURIComponent(session.sessionId)}/needs`,
          });
    setClash(found);
    if (found === undefined) await send(needs, { kind: 'saved', before });
  };
  const keepMine = () => {
    setClash(undefined);
    void send(readNeeds(shown, timeZone), { kind: 'saved', before: needsOf(session) });
  };
  const leave = () => {
    setClash(undefined);
    setText(undefined);
    setProblems([]);
  };
  const undo = () => {
    if (outcome.kind === 'saved') void send(outcome.before, { kind: 'undone' });
  };

  useEffect(() => {
    if (outcome.kind !== 'saved' && outcome.kind !== 'undone') return;
    const timer = setTimeout(() => setOutcome({ kind: 'none' }), UNDO_FOR_MS);
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 'z' || outcome.kind !== 'saved') return;
      event.preventDefault();
      undo();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('keydown', onKey);
    };
  });
  useEffect(() => () => clearTimeout(checking.current), []);

  const field = (name: NeedsField, label: string, type: 'text' | 'datetime-local', hint: string | undefined) => {
    const problem = problems.find((one) => one.field === name);
    return (
      <div class="field">
        <label for={`needs-${name}`}>{label}</label>
        <input
          id={`needs-${name}`}
          name={name}
          {...(type === 'text' ? ({ type, inputMode: 'decimal' } as const) : { type })}
          autocomplete="off"
          value={shown[name]}
          disabled={!canEdit}
          aria-invalid={problem !== undefined}
          aria-describedby={`needs-${name}-hint needs-${name}-problem`}
          onInput={({ currentTarget }) => change(name, currentTarget.value)}
          onBlur={() => text !== undefined && check(shown)}
        />
        <p id={`needs-${name}-hint`} class="hint">
          {hint}
        </p>
        <p id={`needs-${name}-problem`} class="problem" role="alert">
          {problem === undefined ? '' : say(problem.word, problem.filling)}
        </p>
      </div>
    );
  };

  return (
    <form ref={form} class="needs" onSubmit={save} noValidate>
      <div class="fields">
        {field('departure', say('car.leaveTime'), 'datetime-local', undefined)}
        {field(
          'energy',
          say('car.energyWanted'),
          'text',
          say('car.energyHint', { x: numbers.short(session.energyWh / 1_000) }),
        )}
        {field('priority', say('car.priority'), 'text', say('car.priorityHint'))}
      </div>
      {clash !== undefined && <ClashPart clash={clash} onKeep={keepMine} onTake={leave} speech={speech} />}
      <div class="actions">
        <button type="submit" class="primary" disabled={!canEdit || outcome.kind === 'saving'}>
          {say('form.save')}
        </button>
        {isChanged && (
          <button type="button" class="quiet" onClick={leave}>
            {say('form.cancel')}
          </button>
        )}
        <span role="status" class={`outcome ${outcome.kind}`}>
          {outcome.kind === 'saved' && say('form.saved')}
          {outcome.kind === 'undone' && say('form.undone')}
          {outcome.kind === 'failed' && say('form.failed')}
        </span>
        {outcome.kind === 'saved' && (
          <button type="button" class="link" onClick={undo}>
            {say('form.undo')}
          </button>
        )}
        {outcome.kind === 'failed' && (
          <button type="submit" class="link">
            {say('form.tryAgain')}
          </button>
        )}
      </div>
    </form>
  );
}
