/** One membership: why somebody is in the group, by whose word and until when; and what of it can be changed here. */

import { useEffect, useId, useRef, useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { dayOfMoment, momentOfDay } from '../../data/days.ts'
import { useDesk } from '../../data/draft.tsx'
import { useKeys } from '../../data/keys.ts'
import { useWayInto } from '../../data/membership-way.ts'
import { useAnswer } from '../../data/queries.ts'
import { idOf } from '../../data/reference.ts'
import { Chip, Chips, useNameOf } from '../../parts/names.tsx'
import { Pickers } from '../../parts/picker.tsx'
import { Icon, Mark } from '../../parts/signs.tsx'
import { Key, Window } from '../../parts/small.tsx'
import { ReasonField, WindowFields } from '../../parts/window-fields.tsx'
import { groupWords } from '../../words/group.ts'
import { partWords } from '../../words/parts.ts'
import { useWords } from '../../words/words.tsx'

/** A member as it is listed. */
export type Member = AnswerOf<'groupMembers'>['items'][number]
type Hold = Member['holds'][number]

/** What is to be changed first. */
export type Focused = 'standing' | 'window' | undefined

interface PanelProps {
  readonly group: string
  readonly member: Member
  readonly mayManage: boolean
  readonly focused: Focused
  readonly onClose: () => void
}

/** The panel. */
export function MembershipPanel({ group, member, mayManage, focused, onClose }: PanelProps) {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const nameOf = useNameOf()
  const title = useId()
  const isDirect = member.via.includes(group)
  const way = useWayInto(group, member.member, !isDirect)
  const local = member.holds.find(({ origin }) => origin === 'local')
  useKeys([{ keys: 'Escape', does: parts('keyClose'), run: onClose }])
  return (
    <aside className="panel" aria-labelledby={title}>
      <header>
        <h2 id={title}>{nameOf(member.member)}</h2>
        <button type="button" className="btn quiet square" aria-label={parts('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="body">
        <section>
          <h3>{say('path')}</h3>
          <ol className="chain">
            <li>
              <Chip reference={member.member} />
            </li>
            {[...(way ?? []), `group:${group}`].map((reference) => (
              <li key={reference}>
                <span className="step">›</span>
                <Chip reference={reference} />
              </li>
            ))}
          </ol>
          {!isDirect && <p className="hint">{say('notDirect')}</p>}
        </section>
        {member.holds.map((hold) => (
          <section key={hold.origin}>
            <h3>
              <Mark state={isOver(hold) ? 'ended' : 'allow'} /> <span className="code">{hold.origin}</span>
            </h3>
            <p className="row">
              {hold.roles.length > 0 && <Chips references={hold.roles.map((role) => `role:${role}`)} limit={9} />}
              <Window from={hold.from} until={hold.until} />
            </p>
            {hold.origin !== 'local' && <p className="hint">{say('otherOrigin', { origin: hold.origin })}</p>}
          </section>
        ))}
        {mayManage && local !== undefined && (
          <EditHold group={group} member={member.member} hold={local} focused={focused} onDone={onClose} />
        )}
      </div>
    </aside>
  )
}

function isOver({ until }: Hold): boolean {
  return until !== undefined && Date.parse(until) <= Date.now()
}

/** The fields of the local word. */
function EditHold({
  group,
  member,
  hold,
  focused,
  onDone,
}: {
  readonly group: string
  readonly member: Member['member']
  readonly hold: Hold
  readonly focused: Focused
  readonly onDone: () => void
}) {
  const say = useWords(groupWords)
  const parts = useWords(partWords)
  const { propose } = useDesk()
  const said = useAnswer('groupMember', { key: group, reference: member }).data?.reason ?? ''
  const [roles, setRoles] = useState<readonly string[]>(hold.roles.map((role) => `role:${role}`))
  const [from, setFrom] = useState(dayOfMoment(hold.from))
  const [until, setUntil] = useState(dayOfMoment(hold.until))
  const [reason, setReason] = useState<string>()
  const untilField = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (focused === 'window') untilField.current?.focus()
  }, [focused])
  const wanted = {
    ...(same(roles.map(idOf), hold.roles) ? {} : { roles: roles.map(idOf) }),
    ...(from === dayOfMoment(hold.from) ? {} : { from: momentOfDay(from) ?? null }),
    ...(until === dayOfMoment(hold.until) ? {} : { until: momentOfDay(until) ?? null }),
    ...(reason === undefined || reason === said ? {} : { reason: reason === '' ? null : reason }),
  }
  const isEdited = Object.keys(wanted).length > 0
  const show = (): boolean => {
    if (!isEdited) return false
    propose({ changes: [{ kind: 'member.update', group, member, ...wanted }], onApplied: onDone })
    return true
  }
  useKeys([{ keys: 'Ctrl+Enter', does: parts('keyEffect'), run: show }])
  return (
    <>
      <div>
        <span className="label">{say('standing')}</span>
        <Pickers
          label={say('standing')}
          kinds={['roles']}
          values={roles}
          onChange={setRoles}
          placeholder={say('noStanding')}
          autoFocus={focused === 'standing'}
        />
      </div>
      <WindowFields
        value={{ from, until }}
        onChange={(days) => {
          setFrom(days.from)
          setUntil(days.until)
        }}
        untilField={untilField}
      />
      <ReasonField value={reason ?? said} onChange={setReason} />
      <p className="row">
        <button type="button" className="btn primary" disabled={!isEdited} onClick={show}>
          {say('showEffect')} <Key>Ctrl ↵</Key>
        </button>
        <button
          type="button"
          className="btn deny"
          onClick={() => propose({ changes: [{ kind: 'member.remove', group, member }], onApplied: onDone })}
        >
          {say('remove')}
        </button>
      </p>
    </>
  )
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join(' ') === [...other].sort().join(' ')
}
