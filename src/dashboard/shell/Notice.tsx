import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

/** A whole view that has one thing to say: nothing there yet, no access, still to come. */
export function Notice({
  title,
  children,
  role,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly role?: 'alert';
}) {
  return (
    <section class="notice" {...(role === undefined ? {} : { role })}>
      <h1 tabIndex={-1}>{title}</h1>
      {children}
    </section>
  );
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

/** One of a few, side by side: a radio group, with arrow keys. */
export function Segments<T extends string>({
  label,
  choices,
  value,
  onChoose,
  class: extra = '',
}: {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T;
  readonly onChoose: (value: T) => void;
  readonly class?: string;
}) {
  const name = useRef(`segments-${Math.random().toString(36).slice(2)}`);
  return (
    <fieldset class={`seg ${extra}`}>
      <legend class="hidden">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input
            type="radio"
            name={name.current}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChoose(choice.value)}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
