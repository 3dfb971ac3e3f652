/** A tree whose branches are asked for when they are unfolded, fifty at a time. */

import type { KeyboardEvent, ReactNode } from 'react'
import { useState } from 'react'
import type { Pages } from '../data/queries.ts'
import { overviewWords } from '../words/overview.ts'
import { useWords } from '../words/words.tsx'
import { Name } from './names.tsx'
import { Icon } from './signs.tsx'
import { Fault, Waiting } from './small.tsx'
import './branches.css'

/** Records of one branch that are shown before "more". */
export const branchSize = 50

/** Where a tree comes from. */
export interface TreeSource<T> {
  /** The records right below another one; below the empty text: those at the top. */
  useBelow(parent: string): Pages<T>
  /** How many there are right below it. */
  useCount(record: T): number | undefined
  /** By what those below it name it. */
  keyOf(record: T): string
  referenceOf(record: T): string
  nameOf(record: T): string
  /** What stands behind the name. */
  besideOf?(record: T): ReactNode
}

/** The tree from the top, or what is below a record. */
export function Branches<T>({ source, below = '' }: { readonly source: TreeSource<T>; readonly below?: string }) {
  return (
    // The keys of a tree: arrows move, fold and unfold.
    <ul className="branches" onKeyDown={onKeys}>
      <Branch source={source} parent={below} level={1} />
    </ul>
  )
}

function onKeys(event: KeyboardEvent<HTMLUListElement>): void {
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('li > .branch .name')]
  const at = links.indexOf(document.activeElement as HTMLElement)
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (at !== -1 && step !== 0) {
    links[at + step]?.focus()
    event.preventDefault()
  }
  const button = links[at]?.closest('.branch')?.querySelector<HTMLElement>('button')
  const isOpen = button?.getAttribute('aria-expanded') === 'true'
  if ((event.key === 'ArrowRight' && !isOpen) || (event.key === 'ArrowLeft' && isOpen)) button?.click()
}

function Branch<T>({ source, parent, level }: { readonly source: TreeSource<T>; readonly parent: string; readonly level: number }) {
  const say = useWords(overviewWords)
  const pages = source.useBelow(parent)
  if (pages.fault !== null && pages.items.length === 0) return <Fault error={pages.fault} onRetry={pages.again} />
  if (pages.loading) return <Waiting rows={3} />
  const rest = (pages.total ?? 0) - pages.items.length
  return (
    <>
      {pages.items.map((record) => (
        <Twig key={source.keyOf(record)} source={source} record={record} level={level} />
      ))}
      {rest > 0 && (
        <li style={{ paddingInlineStart: level * 20 + 8 }}>
          <button type="button" className="btn quiet tiny" onClick={pages.more}>
            {say('moreHere', { count: rest })}
          </button>
        </li>
      )}
    </>
  )
}

function Twig<T>({ source, record, level }: { readonly source: TreeSource<T>; readonly record: T; readonly level: number }) {
  const say = useWords(overviewWords)
  const [open, setOpen] = useState(false)
  const key = source.keyOf(record)
  const name = source.nameOf(record)
  const below = source.useCount(record) ?? 0
  return (
    <li>
      <span className="branch" style={{ paddingInlineStart: (level - 1) * 20 }}>
        {below > 0 ? (
          <button
            type="button"
            className="lead"
            aria-expanded={open}
            aria-label={say(open ? 'fold' : 'unfold', { name })}
            onClick={() => setOpen(!open)}
          >
            <Icon name={open ? 'down' : 'right'} />
          </button>
        ) : (
          <span className="lead" />
        )}
        <Name reference={source.referenceOf(record)} name={name} />
        {source.besideOf?.(record)}
      </span>
      {open && (
        <ul>
          <Branch source={source} parent={key} level={level + 1} />
        </ul>
      )}
    </li>
  )
}
