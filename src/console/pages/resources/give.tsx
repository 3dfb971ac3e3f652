/** Gives or denies actions or a role on a resource, in a window and under a condition when wished. The effect comes first. */

import { useId, useState } from 'react'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { idOf } from '../../data/reference.ts'
import { Picker } from '../../parts/picker.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Field, Key, Segments } from '../../parts/small.tsx'
import { partWords } from '../../words/parts.ts'
import { resourcesWords } from '../../words/resources.ts'
import { useWords } from '../../words/words.tsx'

/** The panel. */
export function Give({
  resource,
  effect,
  actions,
  onClose,
}: {
  readonly resource: string
  readonly effect: 'allow' | 'deny'
  readonly actions: readonly string[]
  readonly onClose: () => void
}) {
  const say = useWords(resourcesWords)
  const parts = useWords(partWords)
  const { propose } = useDesk()
  const title = useId()
  const [subject, setSubject] = useState('')
  const [what, setWhat] = useState<'actions' | 'role'>('actions')
  const [ticked, setTicked] = useState<readonly string[]>([])
  const [role, setRole] = useState('')
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const [condition, setCondition] = useState('')
  const [reason, setReason] = useState('')
  const isReady = subject.trim() !== '' && (what === 'actions' ? ticked.length > 0 : role.trim() !== '')
  const show = (): boolean => {
    if (!isReady) return false
    propose({
      changes: [
        {
          kind: 'grant.create',
          subject: subject.trim(),
          resource,
          effect,
          ...(what === 'actions' ? { actions: ticked } : { role: role.startsWith('role:') ? idOf(role) : role.trim() }),
          ...(from === '' ? {} : { from: beginOf(from) }),
          ...(until === '' ? {} : { until: beginOf(until) }),
          ...(condition.trim() === '' ? {} : { condition: condition.trim() }),
          ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
        },
      ],
      onApplied: onClose,
    })
    return true
  }
  useKeys([
    { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show },
    { keys: 'Escape', does: parts('keyClose'), run: onClose },
  ])
  return (
    <aside className="panel" aria-labelledby={title} tabIndex={-1} ref={focusPanel}>
      <header>
        <h2 id={title}>{say(effect === 'deny' ? 'deny' : 'grant')}</h2>
        <button type="button" className="btn quiet square" aria-label={parts('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="body form">
        {effect === 'deny' && <p className="hint">{say('denyHint')}</p>}
        <div>
          <span className="label">{say('whom')}</span>
          <Picker
            label={say('whom')}
            placeholder={say('whomPlaceholder')}
            kinds={['people', 'groups', 'services']}
            value={subject}
            onChange={setSubject}
          />
          <span className="hint">{say('everybodyToo')}</span>
        </div>
        <div>
          <span className="label">{say('what')}</span>
          <Segments
            label={say('what')}
            value={what}
            options={[
              { value: 'actions', label: say('actions') },
              { value: 'role', label: say('role') },
            ]}
            onChange={setWhat}
          />
        </div>
        {what === 'actions' ? (
          <fieldset className="perms" aria-label={say('actions')}>
            {actions.map((action) => (
              <label className="perm" key={action}>
                <input
                  type="checkbox"
                  checked={ticked.includes(action)}
                  onChange={(event) =>
                    setTicked(event.target.checked ? [...ticked, action].sort() : ticked.filter((each) => each !== action))
                  }
                />
                <Icon name="tick" />
                {action}
              </label>
            ))}
          </fieldset>
        ) : (
          <Picker label={say('chooseRole')} kinds={['roles']} value={role} onChange={setRole} />
        )}
        <div className="two-days">
          <Field label={say('from')}>
            <span className="field">
              <input type="date" value={from} onChange={(event) => setFrom(event.target.value)} />
            </span>
          </Field>
          <Field label={say('until')}>
            <span className="field">
              <input type="date" value={until} min={from} onChange={(event) => setUntil(event.target.value)} />
            </span>
          </Field>
        </div>
        <Field label={say('condition')} hint={say('conditionHint')}>
          <span className="field">
            <input
              className="code"
              spellCheck={false}
              value={condition}
              maxLength={2000}
              onChange={(event) => setCondition(event.target.value)}
            />
          </span>
        </Field>
        <Field label={say('reason')}>
          <span className="field">
            <input value={reason} maxLength={10_000} onChange={(event) => setReason(event.target.value)} />
          </span>
        </Field>
      </div>
      <footer>
        <div className="pair">
          <button type="button" className="btn primary grow" disabled={!isReady} onClick={show}>
            {say('showEffect')} <Key>Ctrl ↵</Key>
          </button>
          <button type="button" className="btn quiet" onClick={onClose}>
            {parts('cancel')}
          </button>
        </div>
      </footer>
    </aside>
  )
}

/** Whoever opened the panel goes on in it. */
function focusPanel(panel: HTMLElement | null): void {
  panel?.focus({ preventScroll: true })
}

/** The moment at which a day begins here. */
function beginOf(day: string): string {
  return new Date(`${day}T00:00:00`).toISOString()
}
