/** Group types: what groups can be, which are exclusive, and which standings they know. */

import { useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useDesk } from '../../data/draft.tsx'
import { useMay } from '../../data/me.tsx'
import { useAnswer } from '../../data/queries.ts'
import { idOf } from '../../data/reference.ts'
import { Chips } from '../../parts/names.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Fault, Field, Tag, Waiting } from '../../parts/small.tsx'
import { settingsWords } from '../../words/settings.ts'
import { useWords } from '../../words/words.tsx'

type GroupType = AnswerOf<'groupTypes'>['items'][number]

/** The tab. */
export function GroupTypes() {
  const say = useWords(settingsWords)
  const may = useMay()
  const { propose } = useDesk()
  const [editing, setEditing] = useState<GroupType | 'new'>()
  const { data, error, refetch } = useAnswer('groupTypes', { limit: 500 })
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={4} />
  return (
    <section className="stack">
      <ul className="lines">
        {data.items.map((type) => (
          <li key={type.codename}>
            <b>{type.label}</b> <code className="muted">{type.codename}</code>
            {type.exclusive && <Tag>{say('exclusiveTag')}</Tag>}
            {type.standings.length > 0 && <Chips references={type.standings.map((role) => `role:${role}`)} limit={6} />}
            <span className="acts">
              {type.createdBy === 'system:built-in' ? (
                <span className="hint">{say('builtIn')}</span>
              ) : (
                <>
                  {may('group-type.edit') && (
                    <button type="button" className="btn quiet tiny" onClick={() => setEditing(type)}>
                      {say('edit')}
                    </button>
                  )}
                  {may('group-type.delete') && (
                    <button
                      type="button"
                      className="btn quiet tiny"
                      onClick={() => propose({ changes: [{ kind: 'group-type.delete', codename: type.codename }] })}
                    >
                      {say('delete')}
                    </button>
                  )}
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      {editing !== undefined ? (
        <TypeForm
          key={editing === 'new' ? '' : editing.codename}
          type={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      ) : (
        may('group-type.create') && (
          <p>
            <button type="button" className="btn" onClick={() => setEditing('new')}>
              <Icon name="plus" />
              {say('newType')}
            </button>
          </p>
        )
      )}
    </section>
  )
}

function TypeForm({ type, onClose }: { readonly type: GroupType | undefined; readonly onClose: () => void }) {
  const say = useWords(settingsWords)
  const { propose } = useDesk()
  const [codename, setCodename] = useState(type?.codename ?? '')
  const [label, setLabel] = useState(type?.label ?? '')
  const [exclusive, setExclusive] = useState(type?.exclusive ?? false)
  const [standings, setStandings] = useState<readonly string[]>(type?.standings.map((role) => `role:${role}`) ?? [])
  const fields = { label: label.trim() === '' ? codename.trim() : label.trim(), exclusive, standings: standings.map(idOf) }
  return (
    <form
      className="form record-form"
      onSubmit={(event) => {
        event.preventDefault()
        const kind = type === undefined ? 'group-type.create' : 'group-type.update'
        propose({ changes: [{ kind, codename: codename.trim(), ...fields }], onApplied: onClose })
      }}
    >
      <Field label={say('codename')}>
        <span className="field">
          <input
            required
            autoFocus={type === undefined}
            disabled={type !== undefined}
            value={codename}
            onChange={(event) => setCodename(event.target.value)}
          />
        </span>
      </Field>
      <Field label={say('label')}>
        <span className="field">
          <input value={label} onChange={(event) => setLabel(event.target.value)} />
        </span>
      </Field>
      <label className="checks">
        <input className="box" type="checkbox" checked={exclusive} onChange={(event) => setExclusive(event.target.checked)} />
        {say('exclusive')}
      </label>
      <div>
        <span className="label">{say('standings')}</span>
        <Pickers label={say('standings')} kinds={['roles']} values={standings} onChange={setStandings} placeholder={say('standingsHint')} />
      </div>
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
