/** Names as people paste them, turned into new people: trimmed, blanks skipped, what is here already left alone. */

import type { Change } from '../../core/index.ts'
import { find } from './find.ts'
import { idOf } from './reference.ts'

/** One line of what was pasted. */
export interface NewPerson {
  readonly line: string
  readonly displayName?: string
  readonly userName: string
  readonly email?: string
}

/** What becomes of a line. */
export type LineResult =
  | { readonly line: string; readonly state: 'new'; readonly person: NewPerson }
  | { readonly line: string; readonly state: 'here'; readonly reference: string }
  | { readonly line: string; readonly state: 'twice' | 'unusable' }

/** Reads `Ada Lovell <ada@example.org>`, `ada@example.org`, `Ada Lovell` or `ada`. */
export function readLine(line: string): NewPerson | undefined {
  const match = /^(.*?)\s*[<,;\t]\s*([^<>\s]+@[^<>\s]+?)>?$/.exec(line)
  const email = match?.[2] ?? (/^[^\s@]+@[^\s@]+$/.test(line) ? line : undefined)
  const name = (match?.[1] ?? (email === undefined ? line : '')).trim()
  const userName = /^[A-Za-z0-9][A-Za-z0-9._@+-]*$/.test(name) ? name : userNameOf(name === '' ? (email?.split('@', 1)[0] ?? '') : name)
  if (userName === '') return undefined
  return {
    line,
    userName,
    ...(name === '' || name === userName ? {} : { displayName: name }),
    ...(email === undefined ? {} : { email }),
  }
}

/** A user name out of a name: "Émile Zola" becomes "emile.zola". */
function userNameOf(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return plain
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l')
    .replace(/æ/g, 'ae')
    .replace(/[^a-z0-9]+/g, '.')
    .replace(/^\.+|\.+$/g, '')
}

/** Every line with what becomes of it; asks the server who is here already. */
export async function judgeLines(text: string, signal: AbortSignal): Promise<readonly LineResult[]> {
  const seen = new Set<string>()
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  return Promise.all(
    lines.map(async (line): Promise<LineResult> => {
      const person = readLine(line)
      if (person === undefined) return { line, state: 'unusable' }
      const key = person.userName.toLowerCase()
      if (seen.has(key)) return { line, state: 'twice' }
      seen.add(key)
      const found = await find(person.userName, ['people'], signal)
      const here = found.find(({ reference, beside }) => idOf(reference).toLowerCase() === key || beside?.toLowerCase() === key)
      return here === undefined ? { line, state: 'new', person } : { line, state: 'here', reference: here.reference }
    }),
  )
}

/** The changes that make these people, in these groups and with these roles. Their user names are their ids: an address that people can read. */
export function changesFor(people: readonly NewPerson[], groups: readonly string[], roles: readonly string[]): readonly Change[] {
  return people.flatMap(({ userName, displayName, email }): readonly Change[] => [
    {
      kind: 'user.create',
      id: userName,
      userName,
      ...(displayName === undefined ? {} : { displayName }),
      ...(email === undefined ? {} : { emails: [email] }),
    },
    ...groups.map((group): Change => ({ kind: 'member.add', group: idOf(group), member: `user:${userName}` })),
    ...roles.map((role): Change => ({ kind: 'grant.create', subject: `user:${userName}`, role: idOf(role) })),
  ])
}
