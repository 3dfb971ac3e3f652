/** What is said of a move in the effect: where to, and that being inside the old place is another matter, which can be ended too. */

import type { Change } from '../../../core/index.ts'
import type { Draft } from '../../data/draft.tsx'
import { useDesk } from '../../data/draft.tsx'
import { ChangeWords } from '../../parts/change-words.tsx'
import { Icon, Mark } from '../../parts/signs.tsx'
import { groupsWords } from '../../words/groups.ts'
import { useWords } from '../../words/words.tsx'
import type { MoveTo, Taken } from './tree.tsx'

interface Move {
  readonly taken: Taken
  readonly to: MoveTo
  /** The old parent, when the group is inside it as well. */
  readonly old: { readonly id: string; readonly name: string } | undefined
  readonly takesOut: boolean
}

/** The draft of a move. */
export function moveDraft(move: Move): Draft {
  const { taken, to, old, takesOut } = move
  const changes: readonly Change[] = [
    { kind: 'group.move', id: taken.id, parent: to },
    ...(takesOut && old !== undefined ? [{ kind: 'member.remove', group: old.id, member: `group:${taken.id}` } as const] : []),
  ]
  return { changes, told: <MoveTold move={move} changes={changes} /> }
}

function MoveTold({ move, changes }: { readonly move: Move; readonly changes: readonly Change[] }) {
  const say = useWords(groupsWords)
  const { propose } = useDesk()
  const { taken, old, takesOut } = move
  return (
    <>
      <ul className="edits">
        {changes.map((change) => (
          <li key={change.kind}>
            <Mark state={change.kind === 'member.remove' ? 'lose' : 'maybe'} />
            <span>
              <ChangeWords change={change} />
            </span>
          </li>
        ))}
      </ul>
      {old !== undefined && (
        <div className={`note${takesOut ? '' : ' warn'}`}>
          <Icon name="groups" />
          <span>
            {takesOut ? say('isTakenOut', { name: taken.name, old: old.name }) : say('staysInside', { name: taken.name, old: old.name })}{' '}
            <button type="button" className="btn tiny" onClick={() => propose(moveDraft({ ...move, takesOut: !takesOut }))}>
              {takesOut ? say('letBe') : say('takeOutToo', { name: taken.name, old: old.name })}
            </button>
          </span>
        </div>
      )}
    </>
  )
}
