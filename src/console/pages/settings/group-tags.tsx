/** Tags: the declared words that groups can bear besides their type. */

import { useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useDesk } from '../../data/draft.tsx'
import { useMay } from '../../data/me.tsx'
import { useAnswer } from '../../data/queries.ts'
import { Icon } from '../../parts/signs.tsx'
import { Fault, Field, Waiting } from '../../parts/small.tsx'
import { settingsWords } from '../../words/settings.ts'
import { useWords } from '../../words/words.tsx'

type GroupTag = AnswerOf<'groupEntities'>['items'][number]

/** The section. */
export function GroupTags() {
  const say = useWords(settingsWords)
  const may = useMay()
  const { propose } = useDesk()
  const [editing, setEditing] = useState<GroupTag | 'new'>()
  const { data, error, refetch } = useAnswer('groupEntities', { limit: 500 })
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={2} />
  return (
    <section className="stack">
      <h2>{say('tags')}</h2>
      <p className="soft">{say('tagsText')}</p>
      {data.items.length === 0 && <p className="muted">{say('noTags')}</p>}
      <ul className="lines">
        {data.items.map((tag) => (
          <li key={tag.codename}>
            <b>{tag.label}</b> <code className="muted">{tag.codename}</code>
            <span className="acts">
              {may('group-entity.edit') && (
                <button type="button" className="btn quiet tiny" onClick={() => setEditing(tag)}>
                  {say('edit')}
                </button>
              )}
              {may('group-entity.delete') && (
                <button
                  type="button"
                  className="btn quiet tiny"
                  onClick={() => propose({ changes: [{ kind: 'group-entity.delete', codename: tag.codename }] })}
                >
                  {say('delete')}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {editing !== undefined ? (
        <TagForm
          key={editing === 'new' ? '' : editing.codename}
          tag={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      ) : (
        may('group-entity.create') && (
          <p>
            <button type="button" className="btn" onClick={() => setEditing('new')}>
              <Icon name="plus" />
              {say('newTag')}
            </button>
          </p>
        )
      )}
    </section>
  )
}

function TagForm({ tag, onClose }: { readonly tag: GroupTag | undefined; readonly onClose: () => void }) {
  const say = useWords(settingsWords)
  const { propose } = useDesk()
  const [codename, setCodename] = useState(tag?.codename ?? '')
  const [label, setLabel] = useState(tag?.label ?? '')
  return (
    <form
      className="form record-form"
      onSubmit={(event) => {
        event.preventDefault()
        const kind = tag === undefined ? 'group-entity.create' : 'group-entity.update'
        const name = codename.trim()
        propose({ changes: [{ kind, codename: name, label: label.trim() === '' ? name : label.trim() }], onApplied: onClose })
      }}
    >
      <Field label={say('codename')}>
        <span className="field">
          <input
            required
            autoFocus={tag === undefined}
            disabled={tag !== undefined}
            value={codename}
            onChange={(event) => setCodename(event.target.value)}
          />
        </span>
      </Field>
      <Field label={say('label')}>
        <span className="field">
          <input autoFocus={tag !== undefined} value={label} onChange={(event) => setLabel(event.target.value)} />
        </span>
      </Field>
      <div className="pair">
        <button type="submit" className="btn primary">
          {say('make')}
        </button>
        <button type="button" className="btn quiet" onClick={onClose}>
          {say('discard')}
        </button>
      </div>
    </form>
  )
}
