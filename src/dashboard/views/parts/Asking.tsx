import { useEffect, useRef } from 'preact/hooks';
import type { ViewSpeech } from '../../words/views/words.js';

/** Asks before something that could do harm, and says what it would do. Escape is no. */
export function Asking({
  title,
  text,
  yes,
  speech: { say },
  onAnswer,
}: {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly speech: ViewSpeech;
  readonly onAnswer: (answer: 'yes' | 'no') => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="asking"
      aria-labelledby="asking-title"
      aria-describedby="asking-text"
      onCancel={(event) => {
        event.preventDefault();
        onAnswer('no');
      }}
    >
      <h2 id="asking-title">{title}</h2>
      <p id="asking-text">{text}</p>
      <div class="actions">
        <button type="button" class="secondary" onClick={() => onAnswer('no')}>
          {say('form.cancel')}
        </button>
        <button type="button" class="primary" onClick={() => onAnswer('yes')}>
          {yes}
        </button>
      </div>
    </dialog>
  );
}
