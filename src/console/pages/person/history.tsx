/** What the journal says of one record, newest first. */

import { useState } from 'react'
import { distance, moment } from '../../data/moments.ts'
import { useAnswer } from '../../data/queries.ts'
import { EntryWords } from '../../parts/entry-words.tsx'
import { Chip, To } from '../../parts/names.tsx'
import { Fault, Waiting } from '../../parts/small.tsx'
import { overviewWords } from '../../words/overview.ts'
import { personWords } from '../../words/person.ts'
import { number, Told, useWords } from '../../words/words.tsx'

const atOnce = 25

/** The entries that name or touch the record. */
export function History({ record }: { readonly record: string }) {
  const say = useWords(personWords)
  const overview = useWords(overviewWords)
  const [limit, setLimit] = useState(atOnce)
  const { data, error, refetch } = useAnswer('journal', { record, limit }, { keeps: true })
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting />
  if (data.items.length === 0) return <p className="muted">{say('noHistory')}</p>
  return (
    <section>
      <ol className="lines entries">
        {data.items.map((entry) => (
          <li key={entry.revision}>
            <To address={`/journal/${entry.revision}`} className="code muted">
              {number(entry.revision)}
            </To>
            <EntryWords entry={entry} />
            <span className="acts soft small">
              {entry.actor.startsWith('system:') ? (
                overview('system')
              ) : (
                <Told words={overviewWords} say="by" parts={{ who: <Chip reference={entry.actor} names={entry.names} /> }} />
              )}{' '}
              <time dateTime={entry.time} title={moment(entry.time)}>
                {distance(entry.time)}
              </time>
            </span>
          </li>
        ))}
      </ol>
      {data.next !== undefined && (
        <p className="after-lines">
          <button type="button" className="btn" onClick={() => setLimit(Math.min(500, limit + 4 * atOnce))}>
            {say('more')}
          </button>
        </p>
      )}
    </section>
  )
}
