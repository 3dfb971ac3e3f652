/** The open sessions of somebody, and ways to end them. A session is no fact: ending it has no effect to be shown first. */

import { useState } from 'react'
import { distance, moment } from '../data/moments.ts'
import { useAnswer, useAskAnew } from '../data/queries.ts'
import { call } from '../data/server.ts'
import { keyWords } from '../words/keys.ts'
import { useWords } from '../words/words.tsx'
import { Icon } from './signs.tsx'
import { Fault, Tag, Waiting } from './small.tsx'

/** The sessions of a user, by the id. */
export function Sessions({ user }: { readonly user: string }) {
  const say = useWords(keyWords)
  const askAnew = useAskAnew()
  const [fault, setFault] = useState<unknown>()
  const { data, error, refetch } = useAnswer('sessions', { user })
  const end = (ending: Promise<unknown>) => {
    setFault(undefined)
    ending.then(askAnew, setFault)
  }
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={2} />
  if (data.items.length === 0) return <p className="muted">{say('noSessions')}</p>
  const own = data.items.some(({ current }) => current)
  return (
    <>
      <ul className="lines">
        {data.items.map((session) => (
          <li key={session.id}>
            <Icon name="clock" />
            <span title={moment(session.since)}>
              {say('session', { since: distance(session.since), seen: distance(session.lastSeen) })}
            </span>
            {session.address !== undefined && <span className="soft">{say('address', { address: session.address })}</span>}
            {session.agent !== undefined && <span className="muted small agent">{session.agent}</span>}
            {session.current && <Tag tone="allow">{say('thisOne')}</Tag>}
            <span className="acts">
              {!session.current && (
                <button type="button" className="btn quiet tiny" onClick={() => end(call('endSession', { key: session.id }))}>
                  {say('end')}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {fault !== undefined && <Fault error={fault} />}
      {data.items.length > 1 && (
        <p className="row after-lines">
          <button type="button" className="btn" onClick={() => end(call('endSessions', own ? {} : { user }))}>
            {own ? say('endOthers') : say('endAll')}
          </button>
        </p>
      )}
    </>
  )
}
