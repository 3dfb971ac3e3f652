/** A field in which lines are written or pasted, and what became of each of them. */

import type { DragEvent, ReactNode } from 'react'
import type { MarkName } from './signs.tsx'
import { Mark } from './signs.tsx'
import { Field } from './small.tsx'
import './pasted-lines.css'

/** The field. The panel it stands in was opened in order to write here. */
export function LinesField({
  label,
  hint,
  example,
  value,
  onChange,
  onDrop,
}: {
  readonly label: string
  readonly hint?: string
  readonly example: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onDrop?: (event: DragEvent) => void
}) {
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      <textarea
        className="area paste"
        autoFocus
        spellCheck={false}
        placeholder={example}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        {...(onDrop === undefined ? {} : { onDragOver: (event: DragEvent) => event.preventDefault(), onDrop })}
      />
    </Field>
  )
}

/** What became of one line. */
export interface LineOutcome {
  readonly typed: string
  readonly mark: MarkName
  readonly outcome: ReactNode
}

/** How many lines came to what; those that nothing came to are left out, the first is always told. */
export interface LineSummary {
  readonly mark: MarkName
  readonly count: number
  readonly words: string
}

/** The counts, then line by line. Nothing without lines. */
export function LineResults({ summary, lines }: { readonly summary: readonly LineSummary[]; readonly lines: readonly LineOutcome[] }) {
  if (lines.length === 0) return null
  return (
    <div>
      <p className="summary" role="status">
        {summary
          .filter(({ count }, index) => index === 0 || count > 0)
          .map(({ mark, words }) => (
            <span key={words}>
              <Mark state={mark} />
              {words}
            </span>
          ))}
      </p>
      <ul className="results">
        {lines.map(({ typed, mark, outcome }, index) => (
          // A line may be written twice; it is its place.
          <li key={index}>
            <Mark state={mark} />
            <span className="typed">{typed}</span>
            <span className="grow">{outcome}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
