import type { ComponentChildren } from 'preact';

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly problem?: string | undefined;
}

/** A label, what is written, and below it what is wrong with it. */
export function TextField({
  value,
  onInput,
  onBlur,
  type = 'text',
  isNumber = false,
  isDisabled = false,
  list,
  ...field
}: FieldProps & {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly onBlur?: () => void;
  readonly type?: 'text' | 'datetime-local';
  readonly isNumber?: boolean;
  readonly isDisabled?: boolean;
  readonly list?: string;
}) {
  return (
    <FieldFrame {...field}>
      <input
        id={field.id}
        {...(type === 'text' ? ({ type: 'text' } as const) : ({ type: 'datetime-local' } as const))}
        {...(isNumber ? { inputMode: 'decimal' as const } : {})}
        {...(list === undefined ? {} : { list })}
        autocomplete="off"
        spellcheck={false}
        value={value}
        disabled={isDisabled}
        aria-invalid={field.problem !== undefined}
        aria-describedby={`${field.id}-hint ${field.id}-problem`}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
        {...(onBlur === undefined ? {} : { onBlur })}
      />
    </FieldFrame>
  );
}

export function SelectField<T extends string>({
  value,
  choices,
  onChoose,
  isDisabled = false,
  ...field
}: FieldProps & {
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly onChoose: (value: T) => void;
  readonly isDisabled?: boolean;
}) {
  return (
    <FieldFrame {...field}>
      <select
        id={field.id}
        value={value}
        disabled={isDisabled}
        aria-describedby={`${field.id}-hint ${field.id}-problem`}
        onChange={({ currentTarget }) => {
          const chosen = choices.find((choice) => choice.value === currentTarget.value);
          if (chosen !== undefined) onChoose(chosen.value);
        }}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}

function FieldFrame({ id, label, hint, problem, children }: FieldProps & { readonly children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      <p id={`${id}-hint`} class="hint">
        {hint}
      </p>
      <p id={`${id}-problem`} class="problem" role="alert">
        {problem ?? ''}
      </p>
    </div>
  );
}
