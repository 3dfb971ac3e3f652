/** What is done with all chosen members at once: standing, window, out of the group. Keep is always the first choice. */

import { useId, useState } from 'react'
import type { Change } from '../../../core/index.ts'
import { momentOfDay } from '../../data/days.ts'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { idOf } from '../../data/reference.ts'
import { BulkBar } from '../../parts/bulk-bar.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { Fault, Key, Segments } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { partWords } from '../../words/parts.ts'
import { useWords } from '../../words/words.tsx'
import type { Member } from './membership-panel.tsx'
import '../people/people.css'

type Act = 'keep' | 'set' | 'clearIt'
const acts = ['keep', 'set', 'clearIt'] as const

/** The bar and its form. */
export function MembersBulk({
  group,
  chosen,
  total,
  onAll,
  onDone,
}: {
  readonly group: string
  readonly chosen: readonly Member[]
  readonly total: number | undefined
  readonly onAll: () => void
  readonly onDone: () => void
}) {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const { propose, draft } = useDesk()
  const form = { standing: useId(), until: useId() }
  const [open, setOpen] = useState(false)
  const [standingAct, setStandingAct] = useState<Act>('keep')
  const [roles, setRoles] = useState<readonly string[]>([])
  const [untilAct, setUntilAct] = useState<Act>('keep')
  const [until, setUntil] = useState('')
  const [fault, setFault] = useState<unknown>()
  // Another origin's word is changed there.
  const ours = chosen.filter(({ holds }) => holds.some(({ origin }) => origin === 'local'))
  const show = (changes: readonly Change[]) => {
    setFault(undefined)
    if (changes.length === 0) {
      setOpen(true)
      setFault(new Error(say('onlyDirect')))
      return
    }
    setOpen(false)
    propose({ changes, onApplied: onDone })
  }
  const edited = (): readonly Change[] => {
    const update = {
      ...(standingAct === 'keep' ? {} : { roles: standingAct === 'set' ? roles.map(idOf) : [] }),
      ...(untilAct === 'keep' ? {} : { until: untilAct === 'set' ? (momentOfDay(until) ?? null) : null }),
    }
    return Object.keys(update).length === 0 ? [] : ours.map(({ member }) => ({ kind: 'member.update', group, member, ...update }))
  }
  useKeys(
    draft === undefined
      ? [
          { keys: 'e', does: say('change'), run: () => setOpen(!open) },
          { keys: 'Ctrl+Enter', does: parts('keyEffect'), run: () => show(edited()) },
          ...(open ? [{ keys: 'Escape', does: parts('keyClose'), run: () => setOpen(false) }] : []),
        ]
      : [],
  )
  const options = acts.map((value) => ({ value, label: say(value) }))
  if (draft !== undefined) return null
  return (
    <BulkBar
      label={say('chosenRegion', { count: chosen.length })}
      count={chosen.length}
      total={total}
      onAll={onAll}
      onNone={onDone}
      form={
        open && (
          <fieldset className="bulk-form pop" aria-label={say('changeMembers', { count: chosen.length })}>
            <div className="line">
              <span className="what" id={form.standing}>
                {say('standing')}
              </span>
              <Segments label={say('standing')} value={standingAct} options={options} onChange={setStandingAct} />
              {standingAct === 'set' && (
                <div className="rest">
                  <Pickers label={say('standing')} kinds={['roles']} values={roles} onChange={setRoles} autoFocus />
                </div>
              )}
            </div>
            <div className="line">
              <span className="what" id={form.until}>
                {say('until')}
              </span>
              <Segments label={say('until')} value={untilAct} options={options} onChange={setUntilAct} />
              {untilAct === 'set' && (
                <div className="rest">
                  <span className="field">
                    <input type="date" aria-label={say('until')} value={until} onChange={(event) => setUntil(event.target.value)} />
                  </span>
                </div>
              )}
            </div>
            {fault !== undefined && <Fault error={fault} />}
          </fieldset>
        )
      }
    >
      <button type="button" className="btn quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        {say('change')} <Key>E</Key>
      </button>
      <button
        type="button"
        className="btn quiet"
        onClick={() => show(ours.map(({ member }) => ({ kind: 'member.remove', group, member }) as const))}
      >
        {say('removeThem')}
      </button>
      <span className="rule" />
      <button type="button" className="btn primary" onClick={() => show(edited())}>
        {say('showEffect')} <Key>Ctrl ↵</Key>
      </button>
    </BulkBar>
  )
}
