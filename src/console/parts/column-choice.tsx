/** Chooses the columns of a list. The choice stands in the address, so that it is part of a view. */

import { Popover } from '@mantine/core'
import { useState } from 'react'
import { partWords } from '../words/parts.ts'
import { useWords } from '../words/words.tsx'
import type { Column } from './record-list.tsx'
import { Icon } from './signs.tsx'

/** The columns that are shown: those chosen, else those that stand there by themselves. The first one always is. */
export function shownColumns<T>(columns: readonly Column<T>[], chosen: readonly string[] | undefined): readonly Column<T>[] {
  return columns.filter(({ id, isExtra }, index) => index === 0 || (chosen === undefined ? isExtra !== true : chosen.includes(id)))
}

/** The button, and a box for each column. */
export function ColumnChoice<T>({
  columns,
  chosen,
  onChange,
}: {
  readonly columns: readonly Column<T>[]
  readonly chosen: readonly string[] | undefined
  /** Ids, divided by commas; undefined: as they stand by themselves. */
  readonly onChange: (chosen: string | undefined) => void
}) {
  const say = useWords(partWords)
  const [open, setOpen] = useState(false)
  const shown = new Set(shownColumns(columns, chosen).map(({ id }) => id))
  const usual = shownColumns(columns, undefined).map(({ id }) => id)
  const toggle = (id: string) => {
    const next = columns.map((column) => column.id).filter((each) => shown.has(each) !== (each === id))
    onChange(next.join(',') === usual.join(',') ? undefined : next.join(','))
  }
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="btn quiet square"
          aria-haspopup="dialog"
          aria-expanded={open}
          aria-label={say('columns')}
          title={say('columns')}
          onClick={() => setOpen(!open)}
        >
          <Icon name="columns" />
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={say('columns')}>
        <ul className="choices">
          {columns.map(({ id, label }, index) => (
            <li key={id}>
              <label className="choice">
                <input className="box" type="checkbox" checked={shown.has(id)} disabled={index === 0} onChange={() => toggle(id)} />
                {label}
              </label>
            </li>
          ))}
          {chosen !== undefined && (
            <li>
              <button type="button" className="choice" onClick={() => onChange(undefined)}>
                <Icon name="undo" />
                {say('usualColumns')}
              </button>
            </li>
          )}
        </ul>
      </Popover.Dropdown>
    </Popover>
  )
}
