/** One change set unfolded: each record before and after, what taking it back would do now, and where it stands in the chain. */

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PreviewOf } from '../../../api/client.ts'
import { useDesk } from '../../data/draft.tsx'
import { call } from '../../data/server.ts'
import type { Entry } from '../../parts/entry-words.tsx'
import { EntryWords } from '../../parts/entry-words.tsx'
import { Chip, useNameOf } from '../../parts/names.tsx'
import { Icon, Mark } from '../../parts/signs.tsx'
import { useFaultWords, Waiting } from '../../parts/small.tsx'
import { journalPageWords } from '../../words/journal.ts'
import { number, useWords } from '../../words/words.tsx'
import type { Difference } from './differences.ts'
import { differencesOf } from './differences.ts'

type Row = Entry['rows'][number]
type Preview = PreviewOf<'changes'>

/** So many records are shown before the rest is asked for. */
const rowsAtOnce = 20
/** So many people are named; the rest is counted. */
const namesAtMost = 4

export function EntryDetail({ entry, onAskBefore }: { readonly entry: Entry; readonly onAskBefore: (() => void) | undefined }) {
  const say = useWords(journalPageWords)
  const [limit, setLimit] = useState(rowsAtOnce)
  const rows = entry.rows.filter(({ table }) => table !== 'retired')
  return (
    <div className="inner card">
      <table className="diff">
        <thead>
          <tr>
            <th scope="col">{say('record')}</th>
            <th scope="col">{say('before')}</th>
            <th scope="col">{say('after')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, limit).map((row) => (
            <RowOf key={`${row.table} ${row.key}`} row={row} entry={entry} />
          ))}
          {rows.length > limit && (
            <tr>
              <td colSpan={3}>
                <button type="button" className="btn tiny" onClick={() => setLimit(limit + 10 * rowsAtOnce)}>
                  {say('moreRows', { count: rows.length - limit })}
                </button>
              </td>
            </tr>
          )}
        </tbody>
      </table>
      <TakeBack entry={entry} />
      <div className="meta">
        <span className="visually-hidden">
          <EntryWords entry={entry} />
        </span>
        <time dateTime={entry.time}>{entry.time.replace('T', ' ').replace('Z', ' UTC')}</time>
        <span title={`${entry.hash} ← ${entry.previousHash}`}>
          {say('entry')} <code>{short(entry.hash)}</code> {say('follows')} <code>{short(entry.previousHash)}</code>
        </span>
        <span className="grow" />
        {onAskBefore !== undefined && (
          <button type="button" className="btn quiet tiny" onClick={onAskBefore}>
            {say('askBefore', { revision: number(entry.revision - 1) })}
          </button>
        )}
      </div>
    </div>
  )
}

/** A hash as people compare it: how it begins and how it ends. */
function short(hash: string): string {
  return hash.length > 16 ? `${hash.slice(0, 4)} ${hash.slice(4, 8)} … ${hash.slice(-4)}` : hash
}

function RowOf({ row, entry }: { readonly row: Row; readonly entry: Entry }) {
  const say = useWords(journalPageWords)
  const differences = differencesOf(row)
  return (
    <tr>
      <td>
        <RecordOf row={row} entry={entry} />
      </td>
      <td>{row.before === undefined ? <span className="muted">{say('notThere')}</span> : <Fields of={differences} side="before" />}</td>
      <td>{row.after === undefined ? <span className="muted">{say('gone')}</span> : <Fields of={differences} side="after" />}</td>
    </tr>
  )
}

/** The record of a row as chips; a hold is somebody in a group. */
function RecordOf({ row, entry }: { readonly row: Row; readonly entry: Entry }) {
  const say = useWords(journalPageWords)
  const { names } = entry
  if (row.table === 'hold') {
    const [group = '', member = ''] = row.key.split('|')
    return (
      <span className="chips">
        <Chip reference={member} names={names} /> {say('holdOf')} <Chip reference={`group:${group}`} names={names} />
      </span>
    )
  }
  const kept = row.after ?? row.before
  if ((row.table === 'grant' || row.table === 'assignment') && kept !== undefined) {
    const { resource } = kept as { readonly resource: string }
    return (
      <span className="chips">
        <span className="muted">{row.table}</span> <Chip reference={resource} names={names} />
      </span>
    )
  }
  if (row.table === 'user' || row.table === 'group' || row.table === 'service' || row.table === 'role')
    return <Chip reference={`${row.table}:${row.key}`} names={names} />
  if (row.table === 'resource') return <Chip reference={row.key} names={names} />
  return (
    <span className="code">
      {row.table} {row.key}
    </span>
  )
}

function Fields({ of, side }: { readonly of: readonly Difference[]; readonly side: 'before' | 'after' }) {
  return (
    <span className="fields">
      {of.map((difference) => {
        const value = difference[side]
        if (value === undefined) return null
        return (
          <span key={difference.field} className={difference.isAlone ? 'plain' : side === 'before' ? 'was' : 'now'}>
            {!difference.isAlone && <Icon name={side === 'before' ? 'minus' : 'plus'} />}
            <span>
              <span className="muted">{difference.field}</span> {value}
            </span>
          </span>
        )
      })}
    </span>
  )
}

/** What would happen if the change set were taken back now; asked when it is unfolded. */
function TakeBack({ entry }: { readonly entry: Entry }) {
  const say = useWords(journalPageWords)
  const faultWords = useFaultWords()
  const { propose } = useDesk()
  const changes = [{ kind: 'undo' as const, revision: entry.revision }]
  const { data, error, isPending } = useQuery({
    queryKey: ['changes', 'undo of', entry.revision],
    queryFn: async ({ signal }) => (await call('changes', { changes, preview: true, effectLimit: 200 }, { signal })) as unknown as Preview,
    retry: false,
  })
  return (
    <div className="take-back">
      <h2>{say('undoing')}</h2>
      {isPending && <Waiting rows={2} />}
      {error !== null && <p className="hint">{say('cannotUndo', { reason: faultWords(error) })}</p>}
      {data !== undefined && (
        <>
          <EffectInWords effect={data.effect} names={data.names} />
          <p className="hint">{say('newRevision')}</p>
          <div className="acts">
            <button type="button" className="btn" onClick={() => propose({ changes })}>
              <Icon name="undo" />
              {say('undo')}
            </button>
          </div>
        </>
      )}
    </div>
  )
}

function EffectInWords({ effect, names }: { readonly effect: Preview['effect']; readonly names: Preview['names'] }) {
  const say = useWords(journalPageWords)
  const nameOf = useNameOf()
  const listed = (items: Preview['effect']['gains']) => {
    const subjects = [...new Set(items.map(({ subject }) => subject))]
    const more = subjects.length > namesAtMost ? ' …' : ''
    return `${subjects
      .slice(0, namesAtMost)
      .map((subject) => nameOf(subject, names))
      .join(', ')}${more}`
  }
  if (effect.gainers === 0 && effect.losers === 0) return <p>{say('nobodyChanges')}</p>
  return (
    <ul>
      {effect.gainers > 0 && (
        <li>
          <Mark state="gain" />
          <span>{say('gainNames', { count: effect.gainers, names: listed(effect.gains) })}</span>
        </li>
      )}
      {effect.losers > 0 && (
        <li>
          <Mark state="lose" />
          <span>{say('loseNames', { count: effect.losers, names: listed(effect.losses) })}</span>
        </li>
      )}
    </ul>
  )
}
