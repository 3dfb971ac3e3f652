/** The resources on which somebody may do anything, and what; narrowed by type, more on demand. */

import { useState } from 'react'
import { useAnswer, usePages } from '../../data/queries.ts'
import { Chip, To } from '../../parts/names.tsx'
import { Fault, Segments, Waiting } from '../../parts/small.tsx'
import { personWords } from '../../words/person.ts'
import { useWords } from '../../words/words.tsx'

const typesAtMost = 4

/** The tab. */
export function PersonAccess({ id }: { readonly id: string }) {
  const say = useWords(personWords)
  const [type, setType] = useState('')
  const { data: declared } = useAnswer('resourceTypes', { limit: 200 })
  // Types of our own records have no registered resources.
  const types = declared?.items.filter(({ createdBy }) => createdBy !== 'system:built-in').map(({ name }) => name) ?? []
  const pages = usePages('userAccess', { key: id, ...(type === '' ? {} : { type }) }, 50)
  return (
    <section className="stack">
      {types.length > 1 && types.length <= typesAtMost && (
        <div>
          <Segments
            label={say('type')}
            value={type}
            options={[{ value: '', label: say('allTypes') }, ...types.map((value) => ({ value, label: value }))]}
            onChange={setType}
          />
        </div>
      )}
      {types.length > typesAtMost && (
        <span className="field pick">
          <select aria-label={say('type')} value={type} onChange={(event) => setType(event.target.value)}>
            <option value="">{say('allTypes')}</option>
            {types.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </span>
      )}
      {pages.fault !== null && <Fault error={pages.fault} onRetry={pages.again} />}
      {pages.loading && <Waiting />}
      {!pages.loading && pages.items.length === 0 && <p className="muted">{say('noAccess')}</p>}
      <ul className="lines">
        {pages.items.map((item) => (
          <li key={item.resource}>
            <Chip reference={item.resource} />
            <span className="acts">
              {item.actions.map((action) => (
                <To
                  key={action}
                  className="chip kind-permission"
                  address={`/ask?subject=${encodeURIComponent(`user:${id}`)}&action=${encodeURIComponent(action)}&resource=${encodeURIComponent(item.resource)}`}
                >
                  <span>{action}</span>
                </To>
              ))}
            </span>
          </li>
        ))}
      </ul>
      {pages.hasMore && (
        <p>
          <button type="button" className="btn" onClick={pages.more}>
            {say('more')}
          </button>
        </p>
      )}
    </section>
  )
}
