/** The open sessions of everybody whom one may edit. */

import { useState } from 'react'
import { distance, moment } from '../../data/moments.ts'
import { useAnswer, useAskAnew } from '../../data/queries.ts'
import { call } from '../../data/server.ts'
import { Chip } from '../../parts/names.tsx'
import { Fault, Tag, Waiting } from '../../parts/small.tsx'
import { keyWords } from '../../words/keys.ts'
import { settingsWords } from '../../words/settings.ts'
import { useWords } from '../../words/words.tsx'

/** The tab. */
export function AllSessions() {
  const say = useWords(settingsWords)
  const words = useWords(keyWords)
  const askAnew = useAskAnew()
  const [fault, setFault] = useState<unknown>()
  const { data, error, refetch } = useAnswer('sessions', { everybody: true })
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={4} />
  if (data.items.length === 0) return <p className="muted">{say('noSessions')}</p>
  return (
    <section>
      {fault !== undefined && <Fault error={fault} />}
      <ul className="lines">
        {data.items.map((session) => (
          <li key={session.id}>
            <Chip reference={session.user} />
            <span title={moment(session.since)}>
              {words('session', { since: distance(session.since), seen: distance(session.lastSeen) })}
            </span>
            {session.address !== undefined && <span className="soft">{words('address', { address: session.address })}</span>}
            {session.current && <Tag tone="allow">{say('thisOne')}</Tag>}
            <span className="acts">
              {!session.current && (
                <button
                  type="button"
                  className="btn quiet tiny"
                  onClick={() => void call('endSession', { key: session.id }).then(askAnew, setFault)}
                >
                  {say('end')}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
