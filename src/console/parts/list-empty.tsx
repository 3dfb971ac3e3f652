/** What stands where a list has no rows: that nothing matches, with a way out; or that nothing is there yet. */

import type { ReactNode } from 'react'
import { Empty } from './small.tsx'

/** @param isNarrowed something narrows the list, so there may be more */
export function ListEmpty({
  isNarrowed,
  matches,
  clear,
  onClear,
  children,
}: {
  readonly isNarrowed: boolean
  /** That nothing matches. */
  readonly matches: string
  readonly clear: string
  readonly onClear: () => void
  /** What stands where nothing is there yet. */
  readonly children: ReactNode
}) {
  if (!isNarrowed) return children
  return (
    <Empty
      icon="search"
      act={
        <button type="button" className="btn" onClick={onClear}>
          {clear}
        </button>
      }
    >
      {matches}
    </Empty>
  )
}
