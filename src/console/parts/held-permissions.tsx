/** What somebody holds on a resource, each permission with the ways by which it comes. */

import type { AnswerOf } from '../../api/client.ts'
import { personWords } from '../words/person.ts'
import { useWords } from '../words/words.tsx'
import { Chain } from './chain.tsx'
import { Icon, Sign } from './signs.tsx'

type Held = AnswerOf<'userPermissions'>

/** A row a permission; it unfolds to its ways. */
export function HeldPermissions({ held }: { readonly held: Pick<Held, 'items' | 'names'> }) {
  const say = useWords(personWords)
  return (
    <ul className="who">
      {held.items.map(({ permission, findings }) => (
        <li key={permission}>
          <details>
            <summary>
              {/* What unfolds is no link; the chain inside leads to the permission. */}
              <span className="chip kind-permission">
                <Sign kind="permission" />
                <span>{permission}</span>
              </span>
              <span className="tail">{say('ways', { count: findings.length })}</span>
              <Icon name="down" />
            </summary>
            <ul className="what stack">
              {findings.map((finding, index) => (
                // Two ways may look alike; a way is its place.
                <li key={index}>
                  <Chain part={finding} names={held.names} />
                </li>
              ))}
            </ul>
          </details>
        </li>
      ))}
    </ul>
  )
}
