/** Names as people type or paste them, turned into new groups: trimmed, blanks skipped, what is here already left alone. */

import type { Change } from '../../core/index.ts'
import { idOf } from './reference.ts'
import { call } from './server.ts'

/** What becomes of a line. */
export type GroupLine =
  | { readonly line: string; readonly state: 'new'; readonly id: string; readonly name: string }
  | { readonly line: string; readonly state: 'here'; readonly reference: string }
  | { readonly line: string; readonly state: 'twice' | 'unusable' }

/** What all the new groups have. */
export interface GroupWish {
  /** Id of the group above; empty: the top level. */
  readonly parent: string
  readonly nested: boolean
  readonly type: string
  readonly entities: readonly string[]
  /** References of roles. */
  readonly roles: readonly string[]
}

/** A codename out of a name: "Légio X" becomes "legio-x". */
function codenameOf(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return plain
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l')
    .replace(/æ/g, 'ae')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
}

/** Every line with what becomes of it; asks the server what is below the parent already, and which ids are free. */
export async function judgeGroupLines(text: string, parent: string, signal: AbortSignal): Promise<readonly GroupLine[]> {
  const seen = new Set<string>()
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return Promise.all(
    lines.map(async (line): Promise<GroupLine> => {
      const codename = codenameOf(line)
      if (codename === '') return { line, state: 'unusable' }
      if (seen.has(codename)) return { line, state: 'twice' }
      seen.add(codename)
      const beside = await call('groups', { parent, codename, limit: 1 }, { signal })
      const [here] = beside.items
      if (here !== undefined) return { line, state: 'here', reference: `group:${here.id}` }
      return {
        line,
        state: 'new',
        name: line,
        id: (await isFree(codename, signal)) ? codename : `${codename}-${crypto.randomUUID().slice(0, 8)}`,
      }
    }),
  )
}

async function isFree(id: string, signal: AbortSignal): Promise<boolean> {
  const { total } = await call('groups', { id, limit: 1 }, { signal })
  return total === 0
}

/** The changes that make these groups. */
export function changesForGroups(lines: readonly GroupLine[], wish: GroupWish): readonly Change[] {
  return lines.flatMap((line): readonly Change[] => {
    if (line.state !== 'new') return []
    const { id, name } = line
    return [
      {
        kind: 'group.create',
        id,
        name,
        ...(wish.parent === '' ? {} : { parent: wish.parent, ...(wish.nested ? { nested: true } : {}) }),
        ...(wish.type === '' ? {} : { type: wish.type }),
        ...(wish.entities.length === 0 ? {} : { entities: wish.entities }),
      },
      ...wish.roles.map((role): Change => ({ kind: 'grant.create', subject: `group:${id}`, role: idOf(role) })),
    ]
  })
}
