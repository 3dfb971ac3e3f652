/** How long lists take, ours and those of SQL on the same facts, and an explanation. */

import type { ContenderName } from '../contenders/contenders.ts'
import { contenders } from '../contenders/contenders.ts'
import type { QuestionKind } from '../questions.ts'
import type { Row } from '../row.ts'
import { referenceRow, skippedRow, toldRow, writeReference, writeTime } from '../row.ts'
import type { Session } from '../session.ts'
import type { WorldName } from '../worlds.ts'
import { timedOf, timeRow, versus } from './checks.ts'
import type { Figure } from './figure.ts'

interface Listed {
  readonly name: string
  readonly kind: QuestionKind
  readonly what: string
  /** How much faster than SQLite. */
  readonly atLeast: number
  /** At M: for one returned id, or for a whole list. */
  readonly reference: { readonly of: 'item' | 'list'; readonly limit: number }
}

const lists: readonly Listed[] = [
  { name: 'members', kind: 'members', what: 'members of a group', atLeast: 50, reference: { of: 'item', limit: 10 } },
  { name: 'subjects', kind: 'subjects', what: 'who may do it on a resource', atLeast: 50, reference: { of: 'item', limit: 20 } },
  { name: 'resources', kind: 'documents', what: 'on which resources she may', atLeast: 20, reference: { of: 'list', limit: 10_000 } },
]

const sqlite: ContenderName = 'sqlite-closure'

export const listFigures: readonly Figure[] = lists.map((list) => ({
  name: list.name,
  worlds: ['S', 'M', 'L'],
  measure: (session) => measureList(session, list),
}))

async function measureList(session: Session, { name, kind, what, atLeast, reference }: Listed): Promise<readonly Row[]> {
  const place = { figure: name, world: session.world, what }
  const standings = await session.compare(kind, ['curia', sqlite])
  const own = timedOf(standings, 'curia')
  const unit = reference.of === 'item' ? `${what}: for one that is listed` : `${what}: the whole list`
  const bound = { limit: reference.limit, write: writeTime }
  const samples = reference.of === 'item' ? own?.perItem : own?.each
  return [
    versus({ ...place, what: `${what}, beside ${contenders[sqlite].label}` }, sqlite, standings, atLeast),
    samples === undefined
      ? skippedRow({ ...place, what: unit }, session.world === 'M' ? writeReference(bound) : '', 'ours could not be opened')
      : session.world === 'M'
        ? referenceRow({ ...place, what: unit }, bound, samples)
        : toldRow({ ...place, what: unit }, samples, writeTime),
  ]
}

/** For one explanation, in nanoseconds. */
const references: { readonly [World in WorldName]?: number } = { M: 5_000, L: 8_000 }

export const explanations: Figure = {
  name: 'explain',
  worlds: ['S', 'M', 'L'],
  async measure(session) {
    const standings = await session.compare('explain', ['curia'])
    const limit = references[session.world]
    const place = { figure: 'explain', world: session.world, what: 'explanation of a check' }
    if (limit !== undefined) return [timeRow(place, standings.get('curia'), limit)]
    const own = timedOf(standings, 'curia')
    return [own === undefined ? skippedRow(place, '', 'ours could not be opened') : toldRow(place, own.each, writeTime)]
  },
}
