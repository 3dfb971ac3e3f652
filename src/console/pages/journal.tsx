/** The journal: every change set, newest first, narrowed in the address; each with before and after, and the way to take it back. */

import { useInfiniteQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Fragment, useEffect, useRef, useState } from 'react'
import { useAddress, writeQuery } from '../data/address.ts'
import { useDesk } from '../data/draft.tsx'
import { useKeys } from '../data/keys.ts'
import { useMe } from '../data/me.tsx'
import { moment, weekday } from '../data/moments.ts'
import { call } from '../data/server.ts'
import type { Entry } from '../parts/entry-words.tsx'
import { EntryWords } from '../parts/entry-words.tsx'
import { Filters } from '../parts/filters.tsx'
import { Name } from '../parts/names.tsx'
import { Page } from '../parts/page.tsx'
import { Picker } from '../parts/picker.tsx'
import { Icon } from '../parts/signs.tsx'
import { Empty, Fault, Key, Tag, Waiting } from '../parts/small.tsx'
import { journalPageWords } from '../words/journal.ts'
import { journalWords } from '../words/journal-words.ts'
import { partWords } from '../words/parts.ts'
import { locale, number, useWords } from '../words/words.tsx'
import { ChainCheck } from './journal/chain-check.tsx'
import { EntryDetail } from './journal/entry-detail.tsx'
import './journal/journal.css'

const pageSize = 50
const filterNames = ['actor', 'origin', 'kind', 'from', 'until'] as const

/** The page. */
export default function Journal() {
  const say = useWords(journalPageWords)
  const kinds = useWords(journalWords)
  const parts = useWords(partWords)
  const me = useMe()
  const router = useRouter()
  const { propose } = useDesk()
  const { query, set } = useAddress()
  const [at, setAt] = useState(-1)
  const table = useRef<HTMLTableElement>(null)
  const filters = Object.fromEntries(filterNames.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])))
  const wanted = { ...filters, ...(query.record === undefined ? {} : { record: query.record }) }
  const isNarrowed = Object.keys(wanted).length > 0
  const open = Number(query.open)

  const pages = useInfiniteQuery({
    queryKey: ['journal', 'pages', wanted],
    queryFn: ({ signal, pageParam }) =>
      call('journal', { ...wanted, limit: pageSize, ...(pageParam === 0 ? {} : { before: pageParam }) }, { signal }),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next,
  })
  const entries = pages.data?.pages.flatMap(({ items }) => items) ?? []
  const undoneBy = takenBack(entries)
  const current = entries[at]

  const unfold = (revision: number) => set({ open: open === revision ? undefined : String(revision) })
  const askBefore = (revision: number) => router.history.push(`/ask${writeQuery({ asOf: revision - 1 })}`)
  const move = (step: number): boolean => {
    if (entries.length === 0) return false
    const next = Math.max(0, Math.min(entries.length - 1, at + step))
    setAt(next)
    table.current?.querySelector<HTMLElement>(`tr[data-index="${next}"] button.rev`)?.focus()
    if (next >= entries.length - 10) void pages.fetchNextPage()
    return true
  }
  useKeys([
    { keys: 'j', does: parts('keyMove'), run: () => move(1) },
    { keys: 'k', does: parts('keyMove'), run: () => move(-1) },
    { keys: 'Enter', does: say('keyUnfold'), run: () => (current === undefined ? false : unfold(current.revision)) },
    {
      keys: 'u',
      does: say('keyUndo'),
      run: () => (current === undefined ? false : propose({ changes: [{ kind: 'undo', revision: current.revision }] })),
    },
    { keys: 'q', does: say('keyAsk'), run: () => (current === undefined || current.revision < 2 ? false : askBefore(current.revision)) },
  ])

  return (
    <Page
      title={say('title')}
      facts={say('revisions', { count: me.revision })}
      acts={<ChainCheck />}
      toolbar={
        <>
          <Picker
            label={say('about')}
            placeholder={say('aboutPlaceholder')}
            kinds={['people', 'groups', 'services', 'roles', 'resources']}
            value={query.record ?? ''}
            onChange={(record) => set({ record: record.includes(':') || record === '' ? record : undefined, open: undefined })}
          />
          <Filters
            fields={[
              { name: 'actor', label: say('by'), icon: 'people', relation: say('is') },
              { name: 'origin', label: say('origin'), icon: 'sources', relation: say('is') },
              {
                name: 'kind',
                label: say('kind'),
                relation: say('is'),
                options: Object.keys(journalWords.texts.en)
                  .filter((kind) => kind.includes('.') || kind === 'undo')
                  .map((kind) => ({ value: kind, label: kinds(kind as 'undo') })),
              },
              { name: 'from', label: say('since'), icon: 'clock', relation: '≥' },
              { name: 'until', label: say('until'), icon: 'clock', relation: '<' },
            ]}
            values={filters}
            onChange={(values) => set({ ...values, open: undefined })}
          />
        </>
      }
      foot={
        <div className="foot-line">
          <span>{number(entries.length)}</span>
          <span className="grow" />
          <span className="keys">
            <span>
              <Key>J</Key>
              <Key>K</Key> {parts('keyMove')}
            </span>
            <span>
              <Key>Enter</Key> {say('keyUnfold')}
            </span>
            <span>
              <Key>U</Key> {say('keyUndo')}
            </span>
            <span>
              <Key>Q</Key> {say('keyAsk')}
            </span>
          </span>
        </div>
      }
    >
      {pages.isPending && <Waiting rows={12} />}
      {pages.error !== null && <Fault error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.data !== undefined && entries.length === 0 && (
        <Empty
          icon="journal"
          act={
            isNarrowed && (
              <button
                type="button"
                className="btn"
                onClick={() => set(Object.fromEntries([...filterNames, 'record'].map((name) => [name, undefined])))}
              >
                {say('clear')}
              </button>
            )
          }
        >
          {say(isNarrowed ? 'noMatch' : 'none')}
        </Empty>
      )}
      {entries.length > 0 && (
        // A region that scrolls must be reached by the keyboard.
        <section className="scroll" tabIndex={0} aria-label={say('title')}>
          <table className="list journal" ref={table}>
            <colgroup>
              <col className="c-rev" />
              <col className="c-time" />
              <col className="c-who" />
              <col />
              <col className="c-n" />
              <col className="c-origin" />
            </colgroup>
            <thead>
              <tr>
                <th scope="col">{say('revision')}</th>
                <th scope="col">{say('time')}</th>
                <th scope="col">{say('by')}</th>
                <th scope="col">{say('what')}</th>
                <th scope="col" className="num">
                  {say('changes')}
                </th>
                <th scope="col" className="c-origin-cell">
                  {say('origin')}
                </th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry, index) => {
                const isOpen = entry.revision === open
                const by = undoneBy.get(entry.revision)
                const previous = entries[index - 1]
                return (
                  <Fragment key={entry.revision}>
                    {(previous === undefined || weekday(previous.time) !== weekday(entry.time)) && (
                      <tr className="band">
                        <th colSpan={6} scope="rowgroup">
                          {weekday(entry.time)}
                        </th>
                      </tr>
                    )}
                    <tr
                      className={`set${isOpen ? ' open' : ''}${by === undefined ? '' : ' undone'}${index === at ? ' at' : ''}`}
                      data-index={index}
                      onFocus={() => setAt(index)}
                    >
                      <td>
                        <button
                          type="button"
                          className="rev"
                          aria-expanded={isOpen}
                          aria-label={say('unfold', { revision: number(entry.revision) })}
                          onClick={() => unfold(entry.revision)}
                        >
                          <Icon name={isOpen ? 'down' : 'right'} />
                          {number(entry.revision)}
                        </button>
                      </td>
                      <td className="soft">
                        <time dateTime={entry.time} title={moment(entry.time)}>
                          {new Date(entry.time).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' })}
                        </time>
                      </td>
                      <td>
                        <Actor entry={entry} />
                      </td>
                      <td>
                        <EntryWords entry={entry} /> {by !== undefined && <Tag>{say('undoneBy', { revision: number(by) })}</Tag>}
                      </td>
                      <td className="num soft">{number(entry.changes.length)}</td>
                      <td className="muted code c-origin-cell">{entry.origin}</td>
                    </tr>
                    {isOpen && (
                      <tr className="detail">
                        <td colSpan={6}>
                          <EntryDetail entry={entry} onAskBefore={entry.revision < 2 ? undefined : () => askBefore(entry.revision)} />
                        </td>
                      </tr>
                    )}
                  </Fragment>
                )
              })}
            </tbody>
          </table>
          {pages.hasNextPage && <More onReached={() => void pages.fetchNextPage()} />}
        </section>
      )}
    </Page>
  )
}

function Actor({ entry }: { readonly entry: Entry }) {
  const { actor, names } = entry
  if (actor.startsWith('system:')) return <span className="soft">{actor}</span>
  const name = names[actor]
  return <Name reference={actor} {...(name === undefined ? {} : { name })} />
}

/** Which of the entries at hand were taken back, and by which revision. */
function takenBack(entries: readonly Entry[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  for (const { revision, changes } of entries) {
    for (const { kind, records } of changes) {
      const [undone] = kind === 'undo' ? records.flatMap((record) => (record.startsWith('revision:') ? [Number(record.slice(9))] : [])) : []
      if (undone !== undefined) found.set(undone, revision)
    }
  }
  return found
}

/** The end of the list: when it comes into sight, more is asked for. */
function More({ onReached }: { readonly onReached: () => void }) {
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (end.current === null) return
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting === true) onReached()
    })
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [onReached])
  return <div ref={end} className="more-below" />
}
