/** Gives the group a role or actions on something, in a window and under a condition when wished. */

import { useId, useState } from 'react'
import type { Change } from '../../../core/index.ts'
import { momentOfDay } from '../../data/days.ts'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { useAnswer } from '../../data/queries.ts'
import { idOf } from '../../data/reference.ts'
import { Picker, Pickers } from '../../parts/picker.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Field, Key, Segments } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { partWords } from '../../words/parts.ts'
import { useWords } from '../../words/words.tsx'

/** The panel. `what`: a role, or actions on one resource. */
export function GiveGrant({
  group,
  what,
  onClose,
}: {
  readonly group: string
  readonly what: 'role' | 'actions'
  readonly onClose: () => void
}) {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const { propose } = useDesk()
  const title = useId()
  const [roles, setRoles] = useState<readonly string[]>([])
  const [resource, setResource] = useState('')
  const [actions, setActions] = useState<readonly string[]>([])
  const [effect, setEffect] = useState<'allow' | 'deny'>('allow')
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const [condition, setCondition] = useState('')
  const [reason, setReason] = useState('')
  const type = resource.includes(':') ? resource.slice(0, resource.indexOf(':')) : ''
  const known = useAnswer('resourceType', { key: type === '' ? 'tenant' : type }, { when: type !== '' }).data?.actions ?? []
  const ready = what === 'role' ? roles.length > 0 : type !== '' && actions.length > 0
  const show = (): boolean => {
    if (!ready) return false
    const shared = {
      kind: 'grant.create',
      subject: `group:${group}`,
      effect,
      ...(resource === '' ? {} : { resource }),
      ...window('from', from),
      ...window('until', until),
      ...(condition.trim() === '' ? {} : { condition: condition.trim() }),
      ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
    } as const
    const changes: readonly Change[] = what === 'role' ? roles.map((role) => ({ ...shared, role: idOf(role) })) : [{ ...shared, actions }]
    propose({ changes, onApplied: onClose })
    return true
  }
  useKeys([
    { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show },
    { keys: 'Escape', does: parts('keyClose'), run: onClose },
  ])
  return (
    <aside className="panel" aria-labelledby={title} tabIndex={-1} ref={focusPanel}>
      <header>
        <h2 id={title}>{say(what === 'role' ? 'giveRole' : 'giveAccess')}</h2>
        <button type="button" className="btn quiet square" aria-label={parts('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="body">
        {what === 'role' && (
          <div>
            <span className="label">{say('roles')}</span>
            <Pickers label={say('roles')} kinds={['roles']} values={roles} onChange={setRoles} />
          </div>
        )}
        <div>
          <span className="label">{say(what === 'role' ? 'on' : 'object')}</span>
          <Picker
            label={say(what === 'role' ? 'on' : 'object')}
            kinds={['resources']}
            value={resource}
            onChange={(value) => {
              setResource(value)
              setActions([])
            }}
            placeholder={what === 'role' ? say('everywhere') : say('chooseObject')}
          />
        </div>
        {what === 'actions' && known.length > 0 && (
          <fieldset className="perms" aria-label={say('actions')}>
            {known.map((action) => (
              <label className="perm" key={action}>
                <input
                  type="checkbox"
                  checked={actions.includes(action)}
                  onChange={(event) =>
                    setActions(event.target.checked ? [...actions, action].sort() : actions.filter((each) => each !== action))
                  }
                />
                <Icon name="tick" />
                {action}
              </label>
            ))}
          </fieldset>
        )}
        <div>
          <span className="label">{say('effect')}</span>
          <Segments
            label={say('effect')}
            value={effect}
            options={[
              { value: 'allow', label: say('allows') },
              { value: 'deny', label: say('denies') },
            ]}
            onChange={setEffect}
          />
        </div>
        <div className="two-fields">
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
          <button type="button" className="btn primary grow" disabled={!ready} onClick={show}>
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
export function focusPanel(panel: HTMLElement | null): void {
  panel?.focus({ preventScroll: true })
}

function window(field: 'from' | 'until', day: string) {
  const moment = momentOfDay(day)
  return moment === undefined ? {} : { [field]: moment }
}
