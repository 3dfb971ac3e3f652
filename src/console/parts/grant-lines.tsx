/** Grants and denials as lines: who, what, on what, in which window and under which condition; each can be taken away, effect first. */

import type { AnswerOf } from '../../api/client.ts'
import { useDesk } from '../data/draft.tsx'
import { useMay } from '../data/me.tsx'
import { grantWords } from '../words/grants.ts'
import { useWords } from '../words/words.tsx'
import { Chip, PermissionChip, useNameOf } from './names.tsx'
import { Mark } from './signs.tsx'
import { Tag, Window } from './small.tsx'

/** A grant or a denial. */
export type Grant = AnswerOf<'grants'>['items'][number]

/** The lines. `withResource`: the resource is not known from where they stand. */
export function GrantLines({ grants, withResource = false }: { readonly grants: readonly Grant[]; readonly withResource?: boolean }) {
  return (
    <ul className="lines">
      {grants.map((grant) => (
        <GrantLine key={grant.id} grant={grant} withResource={withResource} />
      ))}
    </ul>
  )
}

function GrantLine({ grant, withResource }: { readonly grant: Grant; readonly withResource: boolean }) {
  const say = useWords(grantWords)
  const nameOf = useNameOf()
  const may = useMay()
  const { propose } = useDesk()
  const isOver = grant.until !== undefined && Date.parse(grant.until) <= Date.now()
  const word = say(grant.effect === 'deny' ? 'denies' : 'allows')
  const named = grant.actions ?? (grant.permission === undefined ? [] : [grant.permission])
  const what = grant.role === undefined ? named.join(', ') : nameOf(`role:${grant.role}`)
  return (
    <li className={isOver ? 'ended' : ''}>
      <Mark state={isOver ? 'ended' : grant.effect === 'deny' ? 'deny' : grant.condition === undefined ? 'allow' : 'maybe'} />
      <Chip reference={grant.subject} ended={isOver} />
      <span className="soft">{isOver ? `${word}, ${say('over')}` : word}</span>
      {grant.role === undefined ? (
        named.map((name) => <PermissionChip key={name} name={permissionOf(name, grant)} />)
      ) : (
        <Chip reference={`role:${grant.role}`} />
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
      {may('grant.delete') && grant.origin === 'local' && (
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
