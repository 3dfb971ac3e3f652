/** One grant to the group in a line: what, on what, until when, under which condition; and the button that takes it away. */

import { useDesk } from '../../data/draft.tsx'
import { Chip, PermissionChip, useNameOf } from '../../parts/names.tsx'
import { Mark } from '../../parts/signs.tsx'
import { Tag, Window } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { useWords } from '../../words/words.tsx'
import type { Grant } from './frame.tsx'

/** The line. */
export function GrantLine({ grant, mayTake }: { readonly grant: Grant; readonly mayTake: boolean }) {
  const say = useWords(groupWords)
  const nameOf = useNameOf()
  const { propose } = useDesk()
  const isOver = grant.until !== undefined && Date.parse(grant.until) <= Date.now()
  const names = grant.actions ?? (grant.permission === undefined ? [] : [grant.permission])
  const called = grant.role === undefined ? names.join(', ') : nameOf(`role:${grant.role}`)
  return (
    <li className={isOver ? 'ended' : ''}>
      <Mark
        state={isOver ? 'ended' : grant.effect === 'deny' ? 'deny' : grant.condition === undefined ? 'allow' : 'maybe'}
        label={say(grant.effect === 'deny' ? 'denies' : 'allows')}
      />
      {grant.role === undefined ? (
        names.map((name) => <PermissionChip key={name} name={name} />)
      ) : (
        <Chip reference={`role:${grant.role}`} />
      )}
      <span className="soft">{say('on')}</span>
      <Chip reference={grant.resource} />
      {(grant.from !== undefined || grant.until !== undefined) && <Window from={grant.from} until={grant.until} />}
      {grant.condition !== undefined && <code className="muted">{grant.condition}</code>}
      {grant.origin !== 'local' && <Tag>{grant.origin}</Tag>}
      {grant.reason !== undefined && <span className="because">“{grant.reason}”</span>}
      {mayTake && (
        <span className="acts">
          <button
            type="button"
            className="btn quiet tiny"
            aria-label={`${say('takeAway')}: ${called}`}
            onClick={() => propose({ changes: [{ kind: 'grant.delete', id: grant.id }] })}
          >
            {say('takeAway')}
          </button>
        </span>
      )}
    </li>
  )
}
