/** The API keys of everybody that one may see. */

import { useDesk } from '../../data/draft.tsx'
import { distance } from '../../data/moments.ts'
import { usePages } from '../../data/queries.ts'
import { Chip } from '../../parts/names.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Fault, Tag, Waiting } from '../../parts/small.tsx'
import { keyWords } from '../../words/keys.ts'
import { personWords } from '../../words/person.ts'
import { settingsWords } from '../../words/settings.ts'
import { useWords } from '../../words/words.tsx'

/** The tab. */
export function AllKeys() {
  const say = useWords(settingsWords)
  const person = useWords(personWords)
  const words = useWords(keyWords)
  const { propose } = useDesk()
  const pages = usePages('apiKeys', {})
  if (pages.fault !== null) return <Fault error={pages.fault} onRetry={pages.again} />
  if (pages.loading) return <Waiting rows={4} />
  if (pages.items.length === 0) return <p className="muted">{say('noKeys')}</p>
  return (
    <section>
      <ul className="lines">
        {pages.items.map((key) => (
          <li key={key.id} className={key.active ? '' : 'ended'}>
            <Icon name="key" />
            <b>{key.name ?? key.prefix}</b> <span className="code muted">{key.prefix}…</span>
            <Chip reference={key.owner} />
            {key.scopes.map((scope) => (
              <Tag key={scope}>{scope}</Tag>
            ))}
            {!key.active && <Tag>{words('off')}</Tag>}
            <span className="soft small">
              {key.expiresAt === undefined ? person('neverExpires') : person('expires', { day: distance(key.expiresAt) })},{' '}
              {key.lastUsedAt === undefined ? person('neverUsed') : person('lastUsed', { when: distance(key.lastUsedAt) })}
            </span>
            <span className="acts">
              <button
                type="button"
                className="btn quiet tiny"
                onClick={() => propose({ changes: [{ kind: 'api-key.update', id: key.id, active: !key.active }] })}
              >
                {words(key.active ? 'switchOff' : 'switchOn')}
              </button>
              <button
                type="button"
                className="btn quiet tiny"
                onClick={() => propose({ changes: [{ kind: 'api-key.delete', id: key.id }] })}
              >
                {words('delete')}
              </button>
            </span>
          </li>
        ))}
      </ul>
      {pages.hasMore && (
        <p className="after-lines">
          <button type="button" className="btn" onClick={pages.more}>
            {person('more')}
          </button>
        </p>
      )}
    </section>
  )
}
