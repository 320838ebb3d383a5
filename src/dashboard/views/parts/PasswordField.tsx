import { useState } from 'preact/hooks';
import type { ViewSpeech } from '../../words/views/words.js';

/** What is secret, and can be looked at by who writes it. Pasting is fine. */
export function PasswordField({
  id,
  label,
  hint,
  problem,
  autocomplete,
  value,
  onInput,
  onBlur,
  speech: { say },
}: {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly problem: string | undefined;
  readonly autocomplete: 'current-password' | 'new-password' | 'off';
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly onBlur?: () => void;
  readonly speech: ViewSpeech;
}) {
  const [isShown, setShown] = useState(false);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="with-button">
        <input
          id={id}
          {...(isShown ? ({ type: 'text' } as const) : ({ type: 'password' } as const))}
          autocomplete={autocomplete}
          spellcheck={false}
          autocapitalize="off"
          value={value}
          aria-describedby={`${id}-hint ${id}-problem`}
          aria-invalid={problem !== undefined}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
          {...(onBlur === undefined ? {} : { onBlur })}
        />
        <button type="button" class="quiet" onClick={() => setShown(!isShown)} aria-pressed={isShown}>
          {say(isShown ? 'signIn.hide' : 'signIn.show')}
        </button>
      </div>
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
      <p id={`${id}-problem`} class="problem" role="alert">
        {problem ?? ''}
      </p>
    </div>
  );
}
