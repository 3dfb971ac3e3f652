/** Grants and denials as lines: who, what, on what, in which window and under which condition; each can be taken away, effect first. */

import type { AnswerOf } from '../../api/client.ts'
import { useDesk } from '../data/draft.tsx'
import { useMayOnEach } from '../data/may-on.ts'
import { grantWords } from '../words/grants.ts'
import { useWords } from '../words/words.tsx'
import { NamedChip } from './named-chip.tsx'
import { Chip, PermissionChip, useNameOf } from './names.tsx'
import { Mark } from './signs.tsx'
import { Tag, Window } from './small.tsx'

/** A grant or a denial. */
export type Grant = AnswerOf<'grants'>['items'][number]

/** The lines. `withResource`: the resource is not known from where they stand. `isCut`: they do not reach what is looked at. */
export function GrantLines({
  grants,
  withResource = false,
  isCut = false,
}: {
  readonly grants: readonly Grant[]
  readonly withResource?: boolean
  readonly isCut?: boolean
}) {
  const mayOn = useMayOnEach(grants.map(({ resource }) => resource))
  return (
    <ul className={`lines${isCut ? ' cut' : ''}`}>
      {grants.map((grant) => (
        <GrantLine key={grant.id} grant={grant} withResource={withResource} isCut={isCut} mayTake={mayOn(grant.resource, 'grant.delete')} />
      ))}
    </ul>
  )
}

function GrantLine({
  grant,
  withResource,
  isCut,
  mayTake,
}: {
  readonly grant: Grant
  readonly withResource: boolean
  readonly isCut: boolean
  readonly mayTake: boolean
}) {
  const say = useWords(grantWords)
  const nameOf = useNameOf()
  const { propose } = useDesk()
  const isOver = grant.until !== undefined && Date.parse(grant.until) <= Date.now()
  const word = say(grant.effect === 'deny' ? 'denies' : 'allows')
  const named = grant.actions ?? (grant.permission === undefined ? [] : [grant.permission])
  const what = grant.role === undefined ? named.join(', ') : nameOf(`role:${grant.role}`)
  return (
    <li className={isOver ? 'ended' : ''}>
      <Mark state={isOver || isCut ? 'ended' : grant.effect === 'deny' ? 'deny' : grant.condition === undefined ? 'allow' : 'maybe'} />
      <NamedChip reference={grant.subject} ended={isOver} />
      <span className="soft">{isOver ? `${word}, ${say('over')}` : word}</span>
      {grant.role === undefined ? (
        named.map((name) => <PermissionChip key={name} name={permissionOf(name, grant)} />)
      ) : (
        <NamedChip reference={`role:${grant.role}`} />
      )}
      {withResource &&
        (grant.resource === 'tenant' ? (
          <span className="soft">{say('onTenant')}</span>
        ) : (
          <>
            <span className="soft">{say('on')}</span> <Chip reference={grant.resource} />
          </>
        ))}
      {(grant.from !== undefined || grant.until !== undefined) && <Window from={grant.from} until={grant.until} />}
      {grant.condition !== undefined && <code className="muted">{grant.condition}</code>}
      {grant.origin !== 'local' && <Tag>{grant.origin}</Tag>}
      {grant.reason !== undefined && <span className="soft">“{grant.reason}”</span>}
      {mayTake && grant.origin === 'local' && (
        <span className="acts">
          <button
            type="button"
            className="btn quiet tiny"
            aria-label={say('takeAwayOf', { subject: nameOf(grant.subject), what })}
            onClick={() => propose({ changes: [{ kind: 'grant.delete', id: grant.id }] })}
          >
            {say('takeAway')}
          </button>
        </span>
      )}
    </li>
  )
}

/** An action list names bare actions of the resource's type. */
function permissionOf(name: string, { actions, resource }: Grant): string {
  return actions === undefined ? name : `${resource === 'tenant' ? 'tenant' : resource.slice(0, resource.indexOf(':'))}.${name}`
}
