/** Both versions of a record that somebody else changed while one was editing it, field by field. The draft is kept. */

import { useState } from 'react'
import type { Base } from '../data/draft.tsx'
import { effectWords } from '../words/effect.ts'
import { useWords } from '../words/words.tsx'
import { useNameOf } from './names.tsx'
import { Icon } from './signs.tsx'

/** The fields that the draft sets and that somebody else has set to something else. */
export function conflictsOf(base: Base, now: { readonly [field: string]: unknown }): readonly string[] {
  return Object.keys(base.wanted).filter((field) => !same(base.before[field], now[field]) && !same(base.wanted[field], now[field]))
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

/** Asks, for each field in conflict, whose version is to stand. */
export function Conflict({
  base,
  theirs,
  onChosen,
}: {
  readonly base: Base
  readonly theirs: { readonly [field: string]: unknown }
  readonly onChosen: (wanted: { readonly [field: string]: unknown }) => void
}) {
  const say = useWords(effectWords)
  const nameOf = useNameOf()
  const fields = conflictsOf(base, theirs)
  const [left, setLeft] = useState<readonly string[]>([])
  const shown = (value: unknown) =>
    value === undefined || value === null || value === '' ? say('empty') : typeof value === 'string' ? value : JSON.stringify(value)
  return (
    <section className="conflict" aria-live="polite">
      <p className="note warn">
        <Icon name="clock" />
        <span>
          {say('conflict', { name: nameOf(base.reference), revision: String(theirs.updatedAt ?? '') })} {say('conflictHint')}
        </span>
      </p>
      <ul className="stack">
        {fields.map((field) => (
          <li key={field}>
            <fieldset>
              <legend className="label">{field}</legend>
              <label className="checks">
                <input
                  type="radio"
                  name={`conflict-${field}`}
                  checked={!left.includes(field)}
                  onChange={() => setLeft(left.filter((each) => each !== field))}
                />
                <span>
                  <b>{shown(base.wanted[field])}</b> <span className="hint">{say('yours')}</span>
                </span>
              </label>
              <label className="checks">
                <input type="radio" name={`conflict-${field}`} checked={left.includes(field)} onChange={() => setLeft([...left, field])} />
                <span>
                  <b>{shown(theirs[field])}</b> <span className="hint">{say('theirs')}</span>
                </span>
              </label>
            </fieldset>
          </li>
        ))}
      </ul>
      <p className="row">
        <button
          type="button"
          className="btn primary"
          onClick={() => onChosen(Object.fromEntries(Object.entries(base.wanted).filter(([field]) => !left.includes(field))))}
        >
          {left.length === fields.length ? say('takeTheirs') : say('keepYours')}
        </button>
      </p>
    </section>
  )
}
