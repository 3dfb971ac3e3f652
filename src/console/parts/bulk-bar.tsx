/** The bar that comes as soon as one row is chosen: what can be done with all chosen at once. */

import type { ReactNode } from 'react'
import { useKeys } from '../data/keys.ts'
import { partWords } from '../words/parts.ts'
import { useWords } from '../words/words.tsx'
import { Icon } from './signs.tsx'

/** The bar. `form` stands above it while something is being changed. */
export function BulkBar({
  label,
  count,
  total,
  onAll,
  onNone,
  form,
  children,
}: {
  readonly label: string
  readonly count: number
  readonly total?: number | undefined
  readonly onAll?: () => void
  readonly onNone: () => void
  readonly form?: ReactNode
  readonly children: ReactNode
}) {
  const say = useWords(partWords)
  useKeys([{ keys: 'Escape', does: say('chooseNone'), run: onNone }])
  return (
    <section className="bulk" aria-label={label}>
      {form}
      <span className="chosen">
        <b>{say('chosen', { count })}</b>
        {onAll !== undefined && total !== undefined && total > count && (
          <button type="button" className="btn quiet tiny link" onClick={onAll}>
            {say('chooseAllOf', { count: total })}
          </button>
        )}
      </span>
      <span className="rule" />
      {children}
      <button type="button" className="btn quiet square" aria-label={say('chooseNone')} onClick={onNone}>
        <Icon name="close" />
      </button>
    </section>
  )
}
