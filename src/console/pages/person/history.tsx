/** What the journal says of one record, newest first. */

import { useState } from 'react'
import { useAnswer } from '../../data/queries.ts'
import { EntryLines } from '../../parts/entry-lines.tsx'
import { Fault, Waiting } from '../../parts/small.tsx'
import { personWords } from '../../words/person.ts'
import { useWords } from '../../words/words.tsx'

const atOnce = 25

/** The entries that name or touch the record. */
export function History({ record }: { readonly record: string }) {
  const say = useWords(personWords)
  const [limit, setLimit] = useState(atOnce)
  const { data, error, refetch } = useAnswer('journal', { record, limit }, { keeps: true })
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting />
  if (data.items.length === 0) return <p className="muted">{say('noHistory')}</p>
  return (
    <section>
      <EntryLines entries={data.items} />
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
