/** Group types: what groups can be, which are exclusive, and which standings they know. */

import { useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useAnswer } from '../../data/queries.ts'
import { idOf } from '../../data/reference.ts'
import { Chips } from '../../parts/names.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { Fault, Tag, Waiting } from '../../parts/small.tsx'
import { settingsWords } from '../../words/settings.ts'
import { useWords } from '../../words/words.tsx'
import { DeclaredForm, DeclaredWords } from './declared-words.tsx'

type GroupType = AnswerOf<'groupTypes'>['items'][number]

/** The tab. */
export function GroupTypes() {
  const say = useWords(settingsWords)
  const { data, error, refetch } = useAnswer('groupTypes', { limit: 500 })
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={4} />
  return (
    <section className="stack">
      <DeclaredWords
        table="group-type"
        items={data.items}
        newLabel={say('newType')}
        beside={(type) => (
          <>
            {type.exclusive && <Tag>{say('exclusiveTag')}</Tag>}
            {type.standings.length > 0 && <Chips references={type.standings.map((role) => `role:${role}`)} limit={6} />}
          </>
        )}
        kept={(type) => (type.createdBy === 'system:built-in' ? <span className="hint">{say('builtIn')}</span> : undefined)}
        form={(type, onClose) => <TypeForm key={type?.codename ?? ''} type={type} onClose={onClose} />}
      />
    </section>
  )
}

function TypeForm({ type, onClose }: { readonly type: GroupType | undefined; readonly onClose: () => void }) {
  const say = useWords(settingsWords)
  const [exclusive, setExclusive] = useState(type?.exclusive ?? false)
  const [standings, setStandings] = useState<readonly string[]>(type?.standings.map((role) => `role:${role}`) ?? [])
  return (
    <DeclaredForm
      item={type}
      changeOf={(written) => ({
        kind: type === undefined ? 'group-type.create' : 'group-type.update',
        ...written,
        exclusive,
        standings: standings.map(idOf),
      })}
      onClose={onClose}
    >
      <label className="checks">
        <input className="box" type="checkbox" checked={exclusive} onChange={(event) => setExclusive(event.target.checked)} />
        {say('exclusive')}
      </label>
      <div>
        <span className="label">{say('standings')}</span>
        <Pickers label={say('standings')} kinds={['roles']} values={standings} onChange={setStandings} placeholder={say('standingsHint')} />
      </div>
    </DeclaredForm>
  )
}
