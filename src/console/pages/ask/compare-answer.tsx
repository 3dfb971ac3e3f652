/** Two side by side: what only one has, what both have. */

import type { ReactNode } from 'react'
import { useAnswer } from '../../data/queries.ts'
import { Chip, PermissionChip, useNameOf } from '../../parts/names.tsx'
import { Fault, Waiting } from '../../parts/small.tsx'
import { askWords } from '../../words/ask.ts'
import { number, useWords } from '../../words/words.tsx'

/** The card. */
export function CompareAnswer({ one, other, resource }: { readonly one: string; readonly other: string; readonly resource?: string }) {
  const say = useWords(askWords)
  const nameOf = useNameOf()
  const on = resource === undefined ? {} : { resource }
  const mine = useAnswer('searchPermissions', { subject: one, ...on })
  const theirs = useAnswer('searchPermissions', { subject: other, ...on })
  const myGroups = useAnswer('searchGroups', { member: one })
  const theirGroups = useAnswer('searchGroups', { member: other })
  const fault = mine.error ?? theirs.error ?? myGroups.error ?? theirGroups.error
  if (fault !== null) return <Fault error={fault} />
  if (mine.data === undefined || theirs.data === undefined || myGroups.data === undefined || theirGroups.data === undefined)
    return <Waiting rows={6} />
  const heads = [say('only', { name: nameOf(one) }), say('both'), say('only', { name: nameOf(other) })] as const
  return (
    <>
      <Parted
        title={say('groups')}
        heads={heads}
        one={myGroups.data.items.map(({ group }) => group)}
        other={theirGroups.data.items.map(({ group }) => group)}
        shown={(group) => <Chip reference={group} names={{ ...myGroups.data.names, ...theirGroups.data.names }} />}
      />
      <Parted
        title={say('permissions')}
        heads={heads}
        one={mine.data.items}
        other={theirs.data.items}
        shown={(permission) => <PermissionChip name={permission} />}
      />
    </>
  )
}

function Parted({
  title,
  heads,
  one,
  other,
  shown,
}: {
  readonly title: string
  readonly heads: readonly [string, string, string]
  readonly one: readonly string[]
  readonly other: readonly string[]
  readonly shown: (item: string) => ReactNode
}) {
  const lists = [
    one.filter((item) => !other.includes(item)),
    one.filter((item) => other.includes(item)),
    other.filter((item) => !one.includes(item)),
  ]
  return (
    <article className="answer card">
      <h2>{title}</h2>
      <div className="parted">
        {lists.map((items, index) => (
          <section key={heads[index]}>
            <h3>
              {heads[index]} <span className="muted">{number(items.length)}</span>
            </h3>
            <ul className="many down">
              {items.map((item) => (
                <li key={item}>{shown(item)}</li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </article>
  )
}
