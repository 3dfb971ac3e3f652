/** The tree of groups in its shortest form: a branch is asked for when it is unfolded, fifty groups at a time. */

import type { KeyboardEvent } from 'react'
import { useState } from 'react'
import type { AnswerOf } from '../../api/client.ts'
import { usePages } from '../data/queries.ts'
import { overviewWords } from '../words/overview.ts'
import { useWords } from '../words/words.tsx'
import { Name } from './names.tsx'
import { Icon } from './signs.tsx'
import { Fault, Waiting } from './small.tsx'

type Group = AnswerOf<'groups'>['items'][number]

/** Groups of one branch that are shown before "more". */
const atOnce = 50

/** The tree from the top. */
export function GroupBranches() {
  return (
    // The keys of a tree: arrows move, fold and unfold.
    <ul className="branches" onKeyDown={onKeys}>
      <Branch parent="" level={1} />
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

function Branch({ parent, level }: { readonly parent: string; readonly level: number }) {
  const say = useWords(overviewWords)
  const pages = usePages('groups', { parent, sort: 'name' }, atOnce)
  if (pages.fault !== null && pages.items.length === 0) return <Fault error={pages.fault} onRetry={pages.again} />
  if (pages.loading) return <Waiting rows={3} />
  const rest = (pages.total ?? 0) - pages.items.length
  return (
    <>
      {pages.items.map((group) => (
        <Twig key={group.id} group={group} level={level} />
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

function Twig({ group, level }: { readonly group: Group; readonly level: number }) {
  const say = useWords(overviewWords)
  const [open, setOpen] = useState(false)
  return (
    <li>
      <span className="branch" style={{ paddingInlineStart: (level - 1) * 20 }}>
        {(group.childCount ?? 0) > 0 ? (
          <button
            type="button"
            className="lead"
            aria-expanded={open}
            aria-label={say(open ? 'fold' : 'unfold', { name: group.name })}
            onClick={() => setOpen(!open)}
          >
            <Icon name={open ? 'down' : 'right'} />
          </button>
        ) : (
          <span className="lead" />
        )}
        <Name reference={`group:${group.id}`} name={group.name} />
      </span>
      {open && (
        <ul>
          <Branch parent={group.id} level={level + 1} />
        </ul>
      )}
    </li>
  )
}
