/** The groups somebody is in: their own memberships with standing and window, then those that come through them. */

import { useQuery } from '@tanstack/react-query'
import type { AnswerOf } from '../../../api/client.ts'
import { useDesk } from '../../data/draft.tsx'
import { useMayOnEach } from '../../data/may-on.ts'
import { useMay } from '../../data/me.tsx'
import { useAnswer } from '../../data/queries.ts'
import { addressOf } from '../../data/reference.ts'
import { waysIn } from '../../data/ways-in.ts'
import { Chips, Name, To, useNameOf } from '../../parts/names.tsx'
import { Empty, Fault, Waiting, Window } from '../../parts/small.tsx'
import { partWords } from '../../words/parts.ts'
import { personWords } from '../../words/person.ts'
import { useWords } from '../../words/words.tsx'

type Membership = AnswerOf<'userMemberships'>['items'][number]

/** The list. */
export function Memberships({ id, mayAdd, onAdd }: { readonly id: string; readonly mayAdd: boolean; readonly onAdd: () => void }) {
  const say = useWords(personWords)
  const may = useMay()
  const direct = useAnswer('userMemberships', { key: id, limit: 500 })
  const effective = useAnswer('userGroups', { key: id, mode: 'effective', limit: 500 })
  const mayOn = useMayOnEach(direct.data?.items.map(({ group }) => `group:${group}`) ?? [])
  const mayTakeOut = (group: string) => mayOn(`group:${group}`, 'group.members.manage')
  const reached = effective.data?.items.map(({ group }) => group) ?? []
  const { data: ways } = useQuery({
    queryKey: ['ways-in', id, reached],
    queryFn: ({ signal }) => waysIn(effective.data?.items.flatMap((item) => (item.direct ? [item.group] : [])) ?? [], reached, signal),
    enabled: may('tenant.check') && effective.data?.items.some((item) => !item.direct) === true,
    retry: false,
  })
  if (direct.error !== null) return <Fault error={direct.error} onRetry={() => void direct.refetch()} />
  if (direct.data === undefined || effective.data === undefined) return <Waiting />
  const inherited = effective.data.items.filter((item) => !item.direct)
  if (direct.data.items.length === 0 && inherited.length === 0) {
    return (
      <Empty
        icon="groups"
        act={
          mayAdd && (
            <button type="button" className="btn primary" onClick={onAdd}>
              {say('addToGroup')}
            </button>
          )
        }
      >
        {say('noGroups')}
      </Empty>
    )
  }
  const mayChange = direct.data.items.some(({ group }) => mayTakeOut(group))
  return (
    // A region that scrolls must be reached by the keyboard.
    <section className="scroll" tabIndex={0} aria-label={say('groups')}>
      <table className="list folds">
        <colgroup>
          <col style={{ width: '30%' }} />
          <col style={{ width: '18%' }} />
          <col />
          <col style={{ width: '230px' }} />
          <col className="c-origin" style={{ '--col': '110px' } as object} />
          {mayChange && <col style={{ width: '120px' }} />}
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{say('group')}</th>
            <th scope="col">{say('standing')}</th>
            <th scope="col">{say('how')}</th>
            <th scope="col">{say('window')}</th>
            <th scope="col" className="c-origin-cell">
              {say('origin')}
            </th>
            {mayChange && (
              <th scope="col">
                <span className="visually-hidden">{say('leave')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {direct.data.items.map((membership) => (
            <DirectRow
              key={`${membership.group}|${membership.origin}`}
              membership={membership}
              hasActs={mayChange}
              mayTakeOut={mayTakeOut(membership.group)}
            />
          ))}
          {inherited.map((item) => (
            <InheritedRow key={item.group} group={item.group} way={ways?.get(item.group)} hasActs={mayChange} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function DirectRow({
  membership,
  hasActs,
  mayTakeOut,
}: {
  readonly membership: Membership
  /** Some row has a button. */
  readonly hasActs: boolean
  readonly mayTakeOut: boolean
}) {
  const say = useWords(personWords)
  const { propose, draft } = useDesk()
  const { group, member, roles, from, until, origin, inForce, createdAt } = membership
  const leaving =
    draft?.changes.some((change) => change.kind === 'member.remove' && change.group === group && change.member === member) === true
  const later = from !== undefined && Date.parse(from) > Date.now()
  const isOurs = origin === 'local'
  return (
    <tr className={leaving ? 'out' : inForce ? '' : later ? 'later' : 'ended'}>
      <td className="main">
        <Name reference={`group:${group}`} />
      </td>
      <td>{roles.length === 0 ? <span className="muted">—</span> : <Chips references={roles.map((role) => `role:${role}`)} />}</td>
      <td className="soft">{inForce ? say('direct') : later ? say('willBe') : say('was')}</td>
      <td>
        <Window from={from} until={until} since={createdAt} />
      </td>
      <td className="muted code c-origin-cell">{origin}</td>
      {hasActs && (
        <td>
          {isOurs && mayTakeOut && (
            <span className="acts">
              <button
                type="button"
                className="btn quiet tiny"
                aria-label={say('takeOut', { group })}
                onClick={() => propose({ changes: [{ kind: 'member.remove', group, member }] })}
              >
                {say('leave')}
              </button>
            </span>
          )}
        </td>
      )}
    </tr>
  )
}

function InheritedRow({
  group,
  way,
  hasActs,
}: {
  readonly group: string
  readonly way: readonly string[] | undefined
  readonly hasActs: boolean
}) {
  const parts = useWords(partWords)
  return (
    <tr className="inh">
      <td className="main">
        <Name reference={group} />
      </td>
      <td>
        <span className="muted">—</span>
      </td>
      <td>
        {way !== undefined && (
          <span className="via">
            {parts('via')}{' '}
            {way.map((each, index) => (
              <span key={each}>
                {index > 0 && ' › '}
                <Named reference={each} />
              </span>
            ))}
          </span>
        )}
      </td>
      <td>
        <span className="muted">—</span>
      </td>
      <td className="c-origin-cell" />
      {hasActs && <td />}
    </tr>
  )
}

function Named({ reference }: { readonly reference: string }) {
  const nameOf = useNameOf()
  return <To address={addressOf(reference)}>{nameOf(reference)}</To>
}
