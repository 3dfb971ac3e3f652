/** A field for a password or another secret that is typed. */

import { Field } from './small.tsx'

/** A field for a password. */
export function PasswordField({
  label,
  value,
  onChange,
  autoComplete,
  hint,
  focused = false,
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly autoComplete: 'current-password' | 'new-password' | 'off'
  readonly hint?: string
  readonly focused?: boolean
}) {
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      <span className="field">
        <input
          type="password"
          required
          spellCheck={false}
          autoComplete={autoComplete}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          // Where a password is asked for there is nothing else to do.
          autoFocus={focused}
        />
      </span>
    </Field>
  )
}
