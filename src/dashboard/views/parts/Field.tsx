import type { ComponentChildren } from 'preact';

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly problem?: string | undefined;
}

const TYPES = {
  text: { type: 'text' },
  email: { type: 'email' },
  password: { type: 'password' },
  'datetime-local': { type: 'datetime-local' },
} as const;

/** A label, what is written, and below it what is wrong with it. */
export function TextField({
  value,
  onInput,
  onBlur,
  type = 'text',
  isNumber = false,
  isDisabled = false,
  list,
  autocomplete = 'off',
  ...field
}: FieldProps & {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly onBlur?: () => void;
  readonly type?: keyof typeof TYPES;
  readonly autocomplete?: 'off' | 'username' | 'name' | 'new-password' | 'current-password';
  readonly isNumber?: boolean;
  readonly isDisabled?: boolean;
  readonly list?: string;
}) {
  return (
    <FieldFrame {...field}>
      <input
        id={field.id}
        {...TYPES[type]}
        {...(isNumber ? { inputMode: 'decimal' as const } : {})}
        {...(list === undefined ? {} : { list })}
        autocomplete={autocomplete}
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
