/** Puts somebody into groups, until a day if wished, with the effect first. */

import { useId, useState } from 'react'
import type { Change } from '../../../core/index.ts'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { idOf } from '../../data/reference.ts'
import { Pickers } from '../../parts/picker.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Field, Key } from '../../parts/small.tsx'
import { partWords } from '../../words/parts.ts'
import { personWords } from '../../words/person.ts'
import { useWords } from '../../words/words.tsx'

/** The panel. */
export function AddToGroups({ member, onClose }: { readonly member: `user:${string}`; readonly onClose: () => void }) {
  const say = useWords(personWords)
  const parts = useWords(partWords)
  const title = useId()
  const { propose } = useDesk()
  const [groups, setGroups] = useState<readonly string[]>([])
  const [until, setUntil] = useState('')
  const show = (): boolean => {
    if (groups.length === 0) return false
    const end = until === '' ? {} : { until: new Date(`${until}T00:00:00`).toISOString() }
    const changes = groups.map((group): Change => ({ kind: 'member.add', group: idOf(group), member, ...end }))
    propose({ changes, onApplied: onClose })
    return true
  }
  useKeys([
    { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show },
    { keys: 'Escape', does: parts('keyClose'), run: onClose },
  ])
  return (
    <aside className="panel" aria-labelledby={title}>
      <header>
        <h2 id={title}>{say('addToGroup')}</h2>
        <button type="button" className="btn quiet square" aria-label={parts('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="body">
        <div>
          <span className="label">{say('which')}</span>
          <Pickers label={say('which')} kinds={['groups']} values={groups} onChange={setGroups} autoFocus />
        </div>
        <Field label={say('until')}>
          <span className="field">
            <input type="date" value={until} onChange={(event) => setUntil(event.target.value)} />
          </span>
        </Field>
      </div>
      <footer>
        <div className="pair">
          <button type="button" className="btn primary grow" disabled={groups.length === 0} onClick={show}>
            {say('showAdding', { count: groups.length })} <Key>Ctrl ↵</Key>
          </button>
          <button type="button" className="btn quiet" onClick={onClose}>
            {parts('cancel')}
          </button>
        </div>
      </footer>
    </aside>
  )
}
