/** Lines as people paste them, turned into new members of a group: each with what becomes of it, and why. */

import type { AnswerOf } from '../../api/client.ts'
import type { Change } from '../../core/index.ts'
import { rowsOfCsv } from './csv-rows.ts'
import { momentOfDay } from './days.ts'
import type { Found } from './find.ts'
import { find } from './find.ts'
import { idOf, nameOfUser } from './reference.ts'
import { call } from './server.ts'

type Role = AnswerOf<'roles'>['items'][number]

/** One row: who, and what the row says beside it. */
export interface MemberRow {
  /** As it was typed. */
  readonly line: string
  readonly sought: string
  readonly standing: readonly string[]
  readonly from?: string
  readonly until?: string
  readonly reason?: string
}

/** What becomes of a row. */
export type MemberResult =
  | { readonly row: MemberRow; readonly state: 'new'; readonly reference: string }
  /** In it by itself already; or `inherited`, which adding makes direct as well. */
  | { readonly row: MemberRow; readonly state: 'here'; readonly reference: string }
  | { readonly row: MemberRow; readonly state: 'inherited'; readonly reference: string; readonly via: string }
  | { readonly row: MemberRow; readonly state: 'choose'; readonly candidates: readonly Found[] }
  | { readonly row: MemberRow; readonly state: 'twice' | 'nobody' | 'itself' }
  | { readonly row: MemberRow; readonly state: 'unreadable'; readonly cell: string }

/** What a first row calls its columns, in the languages of the console. */
const columns: { readonly [name: string]: 'member' | 'standing' | 'from' | 'until' | 'reason' } = {
  member: 'member',
  user: 'member',
  user_name: 'member',
  username: 'member',
  login: 'member',
  name: 'member',
  email: 'member',
  group: 'member',
  id: 'member',
  mitglied: 'member',
  standing: 'standing',
  role: 'standing',
  roles: 'standing',
  rolle: 'standing',
  from: 'from',
  von: 'from',
  until: 'until',
  bis: 'until',
  reason: 'reason',
  grund: 'reason',
}

/** Reads what was pasted. Without a first row of names the cells are member, standing, from, until, reason. */
export function readMemberRows(text: string): readonly MemberRow[] {
  const rows = rowsOfCsv(text)
  const head = rows[0]?.map((cell) => columns[cell.toLowerCase()])
  const isNamed = head?.includes('member') === true
  const order = isNamed ? head : (['member', 'standing', 'from', 'until', 'reason'] as const)
  return rows.slice(isNamed ? 1 : 0).map((cells) => {
    const cellOf = (wanted: string) => cells[order.indexOf(wanted as 'member')] ?? ''
    const address = /<([^<>\s]+@[^<>\s]+)>/.exec(cellOf('member'))
    const [from, until, reason] = [cellOf('from'), cellOf('until'), cellOf('reason')]
    return {
      line: cells.join(', '),
      sought: address?.[1] ?? cellOf('member'),
      standing: cellOf('standing')
        .split(/[\s+|]+/)
        .filter((each) => each !== '' && each !== '-'),
      ...(from === '' ? {} : { from }),
      ...(until === '' ? {} : { until }),
      ...(reason === '' ? {} : { reason }),
    }
  })
}

/** What applies to all rows that do not say it themselves. */
export interface MemberWish {
  /** Codenames. */
  readonly standing: readonly string[]
  readonly from: string | undefined
  readonly until: string | undefined
  readonly reason: string
}

/** Every row with what becomes of it; asks the server who is meant and who is in the group already. */
export async function judgeMemberRows(
  group: string,
  text: string,
  chosen: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<readonly MemberResult[]> {
  const rows = readMemberRows(text)
  const roles = rows.some(({ standing }) => standing.length > 0) ? (await call('roles', { limit: 500 }, { signal })).items : []
  const outer = await outerGroups(group, signal)
  const found = await Promise.all(rows.map((row) => judge(group, withRoles(row, roles), chosen, outer, signal)))
  const seen = new Set<string>()
  return found.map((result) => {
    if (!('reference' in result)) return result
    if (seen.has(result.reference)) return { row: result.row, state: 'twice' }
    seen.add(result.reference)
    return result
  })
}

/** Roles may be written by their label. */
function withRoles(row: MemberRow, roles: readonly Role[]): MemberRow {
  const codename = (text: string) => {
    const folded = text.toLocaleLowerCase()
    return roles.find((role) => [role.codename, role.label].some((each) => each.toLocaleLowerCase() === folded))?.codename ?? text
  }
  return { ...row, standing: row.standing.map(codename) }
}

/** The groups that this one is in: none of them can come into it. */
async function outerGroups(group: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  try {
    const { items } = await call('groupGroups', { key: group, mode: 'effective', limit: 500 }, { signal })
    return new Set([`group:${group}`, ...items.map((item) => item.group)])
  } catch (error) {
    if (signal.aborted) throw error
    // Whoever may not ask is told by the preview.
    return new Set([`group:${group}`])
  }
}

async function judge(
  group: string,
  row: MemberRow,
  chosen: ReadonlyMap<string, string>,
  outer: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<MemberResult> {
  const wrong = [row.from, row.until].find(
    (cell) => cell !== undefined && momentOfDay(cell) === undefined && Number.isNaN(Date.parse(cell)),
  )
  if (wrong !== undefined) return { row, state: 'unreadable', cell: wrong }
  const { sure, candidates } = await meant(row.sought, signal)
  const only = candidates.find(({ reference }) => reference === chosen.get(row.sought)) ?? sure
  if (only === undefined) return candidates.length === 0 ? { row, state: 'nobody' } : { row, state: 'choose', candidates }
  const { reference } = only
  if (outer.has(reference)) return { row, state: 'itself' }
  const page = await call('groupMembers', { key: group, mode: 'effective', q: idOf(reference), limit: 100 }, { signal })
  const here = page.items.find(({ member }) => member === reference)
  if (here === undefined) return { row, state: 'new', reference }
  const via = here.via.find((each) => each !== group)
  return here.via.includes(group) || via === undefined
    ? { row, state: 'here', reference }
    : { row, state: 'inherited', reference, via: `group:${via}` }
}

/** So many that nearly fit are offered to choose from. */
const offered = 5

/** Whom a text means: the one that is called just so, or has the address; else the few that nearly fit, to choose from. */
async function meant(text: string, signal: AbortSignal): Promise<{ readonly sure?: Found; readonly candidates: readonly Found[] }> {
  const folded = text.toLocaleLowerCase()
  const found = await find(text.replace(/^(user|group|service):/, ''), ['people', 'groups', 'services'], signal)
  const exact = found.filter(({ reference, name, beside }) =>
    [reference, idOf(reference), name, beside].some((each) => each?.toLocaleLowerCase() === folded),
  )
  const [only] = exact
  if (exact.length === 1 && only !== undefined) return { sure: only, candidates: exact }
  if (exact.length > 1) return { candidates: exact }
  if (text.includes('@')) {
    const { items, total } = await call('users', { emails: folded, limit: 1 }, { signal })
    const [user] = items
    if (user !== undefined && total === 1) {
      const sure = { reference: `user:${user.id}`, name: nameOfUser(user) }
      return { sure, candidates: [sure] }
    }
  }
  return { candidates: found.slice(0, offered) }
}

/** The changes that put these rows into the group. */
export function changesForMembers(group: string, results: readonly MemberResult[], wish: MemberWish): readonly Change[] {
  return results.flatMap((result): readonly Change[] => {
    if (result.state !== 'new' && result.state !== 'inherited') return []
    const { row } = result
    const roles = row.standing.length > 0 ? row.standing : wish.standing
    const from = momentOf(row.from) ?? wish.from
    const until = momentOf(row.until) ?? wish.until
    const reason = row.reason ?? wish.reason.trim()
    return [
      {
        kind: 'member.add',
        group,
        // What is found among people, groups and service accounts is a member.
        member: result.reference as `user:${string}`,
        ...(roles.length === 0 ? {} : { roles }),
        ...(from === undefined ? {} : { from }),
        ...(until === undefined ? {} : { until }),
        ...(reason === '' ? {} : { reason }),
      },
    ]
  })
}

function momentOf(cell: string | undefined): string | undefined {
  if (cell === undefined) return undefined
  return momentOfDay(cell) ?? new Date(cell).toISOString()
}
