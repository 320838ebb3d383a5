import { useEffect, useRef, useState } from 'preact/hooks';
import type { ViewSpeech } from '../../words/views/words.js';
import { failureOf } from './useDocument.js';

const UNDO_FOR_MS = 10_000;

export type Outcome =
  | { readonly kind: 'none' | 'saving' | 'undone' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'saved'; readonly undo: (() => Promise<void>) | undefined };

/** A change that is made, told of, and can be taken back for ten seconds, by Ctrl+Z too. */
export function useOutcome() {
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'none' });
  const run = async (change: () => Promise<void>, undo?: () => Promise<void>, after: Outcome['kind'] = 'saved') => {
    setOutcome({ kind: 'saving' });
    try {
      await change();
      setOutcome(after === 'undone' ? { kind: 'undone' } : { kind: 'saved', undo });
      return true;
    } catch (error) {
      setOutcome({ kind: 'failed', message: failureOf(error).message });
      return false;
    }
  };
  const undo = () => {
    if (outcome.kind === 'saved' && outcome.undo !== undefined) void run(outcome.undo, undefined, 'undone');
  };
  const latest = useRef(undo);
  latest.current = undo;
  useEffect(() => {
    if (outcome.kind !== 'saved' && outcome.kind !== 'undone') return;
    const timer = setTimeout(() => setOutcome({ kind: 'none' }), UNDO_FOR_MS);
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 'z') return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('keydown', onKey);
    };
  }, [outcome]);
  return { outcome, run, undo };
}

export function OutcomeLine({
  outcome,
  onUndo,
  speech: { say },
}: {
  readonly outcome: Outcome;
  readonly onUndo: () => void;
  readonly speech: ViewSpeech;
}) {
  return (
    <div class="outcome-line">
      <span role="status" class={`outcome ${outcome.kind}`}>
        {outcome.kind === 'saved' && say('form.saved')}
        {outcome.kind === 'undone' && say('form.undone')}
        {outcome.kind === 'failed' && `${say('form.failed')} ${outcome.message}`}
      </span>
      {outcome.kind === 'saved' && outcome.undo !== undefined && (
        <button type="button" class="link" onClick={onUndo}>
          {say('form.undo')}
        </button>
      )}
    </div>
  );
}
