/** Tags: the declared words that groups can bear besides their type. */

import { useAnswer } from '../../data/queries.ts'
import { Fault, Waiting } from '../../parts/small.tsx'
import { settingsWords } from '../../words/settings.ts'
import { useWords } from '../../words/words.tsx'
import { DeclaredForm, DeclaredWords } from './declared-words.tsx'

/** The section. */
export function GroupTags() {
  const say = useWords(settingsWords)
  const { data, error, refetch } = useAnswer('groupEntities', { limit: 500 })
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={2} />
  return (
    <section className="stack">
      <h2>{say('tags')}</h2>
      <p className="soft">{say('tagsText')}</p>
      {data.items.length === 0 && <p className="muted">{say('noTags')}</p>}
      <DeclaredWords
        table="group-entity"
        items={data.items}
        newLabel={say('newTag')}
        form={(tag, onClose) => (
          <DeclaredForm
            key={tag?.codename ?? ''}
            item={tag}
            changeOf={(written) => ({ kind: tag === undefined ? 'group-entity.create' : 'group-entity.update', ...written })}
            onClose={onClose}
          />
        )}
      />
    </section>
  )
}
