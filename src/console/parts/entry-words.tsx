/** One change set of the journal in a line: what it was about, with the records as chips. */

import type { ReactNode } from 'react'
import type { AnswerOf } from '../../api/client.ts'
import { journalWords } from '../words/journal-words.ts'
import { number, useWords } from '../words/words.tsx'
import { Chip } from './names.tsx'

/** One change set. */
export type Entry = AnswerOf<'journal'>['items'][number]

const chipsAtMost = 3
/** Records that are told by what they are about. */
const withoutPage = /^(grant|assignment|api-key|source|resource-type|permission|group-type|group-entity|settings|policy|hold)(:|$)/

/** What an entry is about. Changes of one kind are counted and not repeated. */
export function EntryWords({ entry }: { readonly entry: Entry }): ReactNode {
  const say = useWords(journalWords)
  const [first] = entry.changes
  if (first === undefined) return null
  const kinds = [...new Set(entry.changes.map(({ kind }) => kind))]
  const records = [...new Set(entry.changes.flatMap((change) => change.records))].filter((record) => !withoutPage.test(record))
  const shown = records.slice(0, chipsAtMost)
  const known = (kind: string): string => (kind in journalWords.texts.en ? say(kind as 'member.add') : kind)
  return (
    <span className="does">
      {kinds.length <= 2 ? kinds.map(known).join(', ') : say('changes', { count: entry.changes.length })}{' '}
      {shown.map((record) => (
        <Chip key={record} reference={record} names={entry.names} />
      ))}
      {records.length > shown.length && <span className="more">+{number(records.length - shown.length)}</span>}
      {entry.reason !== undefined && <span className="because">“{entry.reason}”</span>}
    </span>
  )
}
