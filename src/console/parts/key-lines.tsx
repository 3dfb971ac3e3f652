/** API keys, a line each: what a key is called, how it begins, whose it is, when it was made, ends and was used; switched off and deleted with the effect first. */

import type { AnswerOf } from '../../api/client.ts'
import { useDesk } from '../data/draft.tsx'
import { useMayOn } from '../data/may-on.ts'
import { useMe } from '../data/me.tsx'
import { distance, moment } from '../data/moments.ts'
import { useAnswer } from '../data/queries.ts'
import { keyWords } from '../words/keys.ts'
import { personWords } from '../words/person.ts'
import { useWords } from '../words/words.tsx'
import { Chip } from './names.tsx'
import { Icon } from './signs.tsx'
import { Fault, Tag, Waiting } from './small.tsx'

type Key = AnswerOf<'apiKeys'>['items'][number]

/** The keys of one owner. */
export function KeyLines({ owner }: { readonly owner: string }) {
  const say = useWords(personWords)
  const { data, error, refetch } = useAnswer('apiKeys', { owner, limit: 200 })
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={3} />
  if (data.items.length === 0) return <p className="muted">{say('noKeys')}</p>
  return (
    <ul className="lines">
      {data.items.map((key) => (
        <KeyLine key={key.id} apiKey={key} />
      ))}
    </ul>
  )
}

/** One key; with its owner where the list is of everybody's. */
export function KeyLine({ apiKey, withOwner = false }: { readonly apiKey: Key; readonly withOwner?: boolean }) {
  const say = useWords(personWords)
  const words = useWords(keyWords)
  const { propose } = useDesk()
  const { actor } = useMe()
  const mayHere = useMayOn(apiKey.owner)
  const { id, name, prefix, owner, scopes, active, createdAt, expiresAt, lastUsedAt } = apiKey
  const isOwn = owner === actor
  const over = expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()
  return (
    <li className={over || !active ? 'ended' : ''}>
      <Icon name="key" />
      <b>{name ?? prefix}</b> <span className="code muted">{prefix}…</span>
      {withOwner && <Chip reference={owner} />}
      {scopes.map((scope) => (
        <Tag key={scope}>{scope}</Tag>
      ))}
      {!active && <Tag>{words('off')}</Tag>}
      <span className="soft small">
        <time dateTime={createdAt} title={moment(createdAt)}>
          {words('made', { when: distance(createdAt) })}
        </time>
        , {expiresAt === undefined ? say('neverExpires') : say('expires', { day: distance(expiresAt) })},{' '}
        {lastUsedAt === undefined ? say('neverUsed') : say('lastUsed', { when: distance(lastUsedAt) })}
      </span>
      <span className="acts">
        {(isOwn || mayHere('api-key.edit')) && (
          <button
            type="button"
            className="btn quiet tiny"
            onClick={() => propose({ changes: [{ kind: 'api-key.update', id, active: !active }] })}
          >
            {words(active ? 'switchOff' : 'switchOn')}
          </button>
        )}
        {(isOwn || mayHere('api-key.delete')) && (
          <button type="button" className="btn quiet tiny" onClick={() => propose({ changes: [{ kind: 'api-key.delete', id }] })}>
            {words('delete')}
          </button>
        )}
      </span>
    </li>
  )
}
