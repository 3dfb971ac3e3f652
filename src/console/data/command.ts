/** Commands as they are written into the finder: "add ada to consuls", "take ada out of consuls", "move plebeians below gods". */

import type { Change } from '../../core/index.ts'
import type { Found, Sought } from './find.ts'
import { find } from './find.ts'
import { idOf } from './reference.ts'

/** A way in which a written command can be meant: a change whose effect is shown first, or a place to go. */
export type Command =
  | {
      readonly say: 'commandAdd' | 'commandRemove' | 'commandMove' | 'commandGive' | 'commandDeny'
      readonly values: { readonly [name: string]: string }
      readonly change: Change
    }
  | { readonly say: 'commandAsk'; readonly values: { readonly [name: string]: string }; readonly address: string }

/** Each pattern in the languages of the console; the first group is the first thing that is named. */
const patterns = {
  add: [/^(?:add|put)\s+(.+?)\s+(?:in)?to\s+(.+)$/i, /^(.+?)\s+(?:in|zu)\s+(.+?)\s+(?:aufnehmen|hinzufügen)$/i],
  remove: [/^(?:remove|take)\s+(.+?)\s+(?:out of|from)\s+(.+)$/i, /^(.+?)\s+aus\s+(.+?)\s+(?:nehmen|entfernen)$/i],
  move: [/^move\s+(.+?)\s+(?:below|under|to)\s+(.+)$/i, /^(.+?)\s+unter\s+(.+?)\s+(?:stellen|verschieben)$/i],
  give: [/^(?:give|make)\s+(.+?)\s+(?:the role|role|an?)\s+(.+)$/i, /^(.+?)\s+die\s+rolle\s+(.+?)\s+geben$/i],
  deny: [/^deny\s+(.+?)\s+(?:the role|role)\s+(.+)$/i, /^(.+?)\s+die\s+rolle\s+(.+?)\s+verwehren$/i],
  ask: [/^(?:can|may)\s+(\S+)\s+(\S+)\s+(\S+?)\??$/i, /^(?:darf|kann)\s+(\S+)\s+(\S+)\s+(\S+?)\??$/i],
} as const
type Act = keyof typeof patterns

const members: readonly Sought[] = ['people', 'groups', 'services']
const waysShown = 3

/** The ways in which the text can be meant; none when it is no command, or names nobody. */
export async function readCommand(text: string, signal: AbortSignal): Promise<readonly Command[]> {
  const ways = await Promise.all(
    (Object.keys(patterns) as Act[]).map(async (act) => {
      const match = patterns[act].map((pattern) => pattern.exec(text)).find((each) => each !== null)
      return match === undefined || match === null ? [] : commandsFor(act, match.slice(1), signal)
    }),
  )
  return ways.flat().slice(0, waysShown)
}

async function commandsFor(
  act: Act,
  [first = '', second = '', third = '']: readonly string[],
  signal: AbortSignal,
): Promise<readonly Command[]> {
  if (act === 'ask') {
    const [subject] = best(await find(first, members, signal), first)
    if (subject === undefined) return []
    const query = new URLSearchParams({ subject: subject.reference, action: second, ...(third === '' ? {} : { resource: third }) })
    return [{ say: 'commandAsk', values: { subject: subject.name, action: second, resource: third }, address: `/ask?${query}` }]
  }
  const sought: { readonly [A in Exclude<Act, 'ask'>]: readonly [readonly Sought[], readonly Sought[]] } = {
    add: [members, ['groups']],
    remove: [members, ['groups']],
    move: [['groups'], ['groups']],
    give: [members, ['roles']],
    deny: [members, ['roles']],
  }
  const [one, other] = await Promise.all([find(first, sought[act][0], signal), find(second, sought[act][1], signal)])
  const pairs = best(one, first).flatMap((who) => best(other, second).map((where) => [who, where] as const))
  return pairs.filter(([who, where]) => who.reference !== where.reference).map(([who, where]) => commandOf(act, who, where))
}

/** Those that are called just so; if nobody is, the first two that fit. */
function best(found: readonly Found[], text: string): readonly Found[] {
  const folded = text.trim().toLocaleLowerCase()
  const exact = found.filter(({ reference, name, beside }) =>
    [reference, idOf(reference), name, beside].some((each) => each?.toLocaleLowerCase() === folded),
  )
  return exact.length > 0 ? exact : found.slice(0, 2)
}

function commandOf(act: Exclude<Act, 'ask'>, who: Found, where: Found): Command {
  switch (act) {
    case 'add':
      return {
        say: 'commandAdd',
        values: { member: who.name, group: where.name },
        // What is found among members is a member.
        change: { kind: 'member.add', member: who.reference as `user:${string}`, group: idOf(where.reference) },
      }
    case 'remove':
      return {
        say: 'commandRemove',
        values: { member: who.name, group: where.name },
        // As above.
        change: { kind: 'member.remove', member: who.reference as `user:${string}`, group: idOf(where.reference) },
      }
    case 'move':
      return {
        say: 'commandMove',
        values: { group: who.name, parent: where.name },
        change: { kind: 'group.move', id: idOf(who.reference), parent: idOf(where.reference) },
      }
    case 'give':
      return {
        say: 'commandGive',
        values: { subject: who.name, role: where.name },
        change: { kind: 'grant.create', subject: who.reference, role: idOf(where.reference) },
      }
    case 'deny':
      return {
        say: 'commandDeny',
        values: { subject: who.name, role: where.name },
        change: { kind: 'grant.create', effect: 'deny', subject: who.reference, role: idOf(where.reference) },
      }
  }
}
