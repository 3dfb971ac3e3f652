/** Change sets of the journal, a line each: revision, what it was about, by whom and when. */

import type { ReactNode } from 'react'
import { distance, moment } from '../data/moments.ts'
import { overviewWords } from '../words/overview.ts'
import { number, Told, useWords } from '../words/words.tsx'
import type { Entry } from './entry-words.tsx'
import { EntryWords } from './entry-words.tsx'
import { Chip, To } from './names.tsx'

/** The lines, in the order given. `act` stands at the end of each. */
export function EntryLines({ entries, act }: { readonly entries: readonly Entry[]; readonly act?: (entry: Entry) => ReactNode }) {
  const say = useWords(overviewWords)
  return (
    <ol className="lines entries">
      {entries.map((entry) => (
        <li key={entry.revision}>
          <To address={`/journal/${entry.revision}`} className="code muted">
            {number(entry.revision)}
          </To>
          <EntryWords entry={entry} />
          <span className="acts soft small">
            {entry.actor.startsWith('system:') ? (
              say('system')
            ) : (
              <Told words={overviewWords} say="by" parts={{ who: <Chip reference={entry.actor} names={entry.names} /> }} />
            )}{' '}
            <time dateTime={entry.time} title={moment(entry.time)}>
              {distance(entry.time)}
            </time>
            {act?.(entry)}
          </span>
        </li>
      ))}
    </ol>
  )
}
