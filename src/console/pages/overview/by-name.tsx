/** Everybody, or all groups, by name: a page of a hundred, found in an index of ranges as at the edge of a large book. */

import type { ReactNode } from 'react'
import { useAddress } from '../../data/address.ts'
import { useAnswer, useTotal } from '../../data/queries.ts'
import { nameOfUser } from '../../data/reference.ts'
import { Name } from '../../parts/names.tsx'
import { Fault, Segments, Waiting } from '../../parts/small.tsx'
import { overviewWords } from '../../words/overview.ts'
import { number, useWords } from '../../words/words.tsx'

/** Names on one page, and ranges in one index. */
const pageSize = 100

const collections = ['people', 'groups'] as const
type What = (typeof collections)[number]

/** The section. What is shown stands in the address. */
export function ByName() {
  const say = useWords(overviewWords)
  const { query, set } = useAddress()
  const what: What = query.names === 'groups' ? 'groups' : 'people'
  const people = useTotal('users', {})
  const groups = useTotal('groups', {})
  const total = what === 'people' ? people : groups
  const at = query.at !== undefined && /^\d{1,9}$/.test(query.at) ? Number(query.at) : 0
  const rank = Math.min(at - (at % pageSize), Math.max(0, (total ?? 0) - 1))
  return (
    <section className="by-name">
      <div className="section-head">
        <h2>{say('byName')}</h2>
        <Segments
          label={say('byName')}
          value={what}
          options={[
            { value: 'people', label: say('people'), count: people },
            { value: 'groups', label: say('groups'), count: groups },
          ]}
          onChange={(next) => set({ names: next === 'people' ? undefined : next, at: undefined })}
        />
      </div>
      {total === undefined ? (
        <Waiting rows={4} />
      ) : total <= pageSize ? (
        <Names what={what} cursor={undefined} />
      ) : (
        <Ranges
          what={what}
          from={0}
          size={largestSize(total)}
          rank={rank}
          onGo={(from) => set({ at: from === 0 ? undefined : String(from) }, { keeps: true })}
        />
      )}
    </section>
  )
}

/** So many records in a range that the whole list has a hundred ranges at the most. */
function largestSize(total: number): number {
  let size = pageSize
  while (total > size * pageSize) size *= pageSize
  return size
}

/** One index, and under it what the range says in which one is: a finer index, or the names. */
function Ranges({
  what,
  from,
  size,
  rank,
  onGo,
}: {
  readonly what: What
  readonly from: number
  readonly size: number
  readonly rank: number
  readonly onGo: (from: number) => void
}) {
  const say = useWords(overviewWords)
  const page = { from, size, limit: pageSize }
  const people = useAnswer('userRanges', { sort: 'userName', ...page }, { when: what === 'people', keeps: true })
  const groups = useAnswer('groupRanges', { sort: 'name', ...page }, { when: what === 'groups', keeps: true })
  const { data, error, refetch } = what === 'people' ? people : groups
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={3} />
  const start = rank - (rank % size)
  const here = data.items.find((range) => range.from === start)
  return (
    <>
      <nav aria-label={say('ranges')}>
        <ol className="ranges">
          {data.items.map(({ first, last, from: begin, count }) => (
            <li key={begin}>
              <button
                type="button"
                className="range"
                aria-current={begin === start ? 'true' : undefined}
                title={say('rangeOf', { from: number(begin + 1), until: number(begin + count) })}
                onClick={() => onGo(begin)}
              >
                <span>{first}</span>
                <span aria-hidden="true"> … </span>
                <span className="visually-hidden"> {say('rangeUntil')} </span>
                <span>{last}</span>
              </button>
            </li>
          ))}
        </ol>
      </nav>
      {size > pageSize ? (
        <Ranges what={what} from={start} size={size / pageSize} rank={rank} onGo={onGo} />
      ) : (
        here !== undefined && <Names what={what} cursor={here.cursor} />
      )}
    </>
  )
}

/** A page of names. */
function Names({ what, cursor }: { readonly what: What; readonly cursor: string | undefined }) {
  const page = { limit: pageSize, ...(cursor === undefined ? {} : { cursor }) }
  const people = useAnswer('users', { sort: 'userName', ...page }, { when: what === 'people', keeps: true })
  const groups = useAnswer('groups', { sort: 'name', ...page }, { when: what === 'groups', keeps: true })
  const { data, error, refetch } = what === 'people' ? people : groups
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={6} />
  const names: readonly ReactNode[] =
    what === 'people'
      ? (people.data?.items ?? []).map((user) => (
          <li key={user.id}>
            <Name reference={`user:${user.id}`} name={nameOfUser(user)} picture={user.portrait} />
          </li>
        ))
      : (groups.data?.items ?? []).map((group) => (
          <li key={group.id}>
            <Name reference={`group:${group.id}`} name={group.name} />
          </li>
        ))
  return <ul className="names">{names}</ul>
}
