/** The questions that every engine is asked, made from a seed: half of the checks are hits, half are misses, the askers are skewed. */

import {
  ancestorsOf,
  areSiblings,
  documentsThatMay,
  groupsOf,
  mayByAssignment,
  mayOnDocument,
  mayOnTenant,
  membersOf,
  usersThatMay,
} from './answers.ts'
import { documentId, groupId, userId } from './names.ts'
import type { Random } from './random.ts'
import { mixed, randomFrom, zipfOver } from './random.ts'
import type { Rows, World } from './world.ts'
import { actions, assignmentRelations, rowOf, subjects } from './world.ts'

/** The kinds of question. A check by assignment is of a kind for each relation. */
export const questionKinds = [
  'tenant-check',
  'document-check',
  'plain-check',
  'owner-check',
  'group-check',
  'ancestors-check',
  'descendants-check',
  'siblings-check',
  'explain',
  'members',
  'subjects',
  'documents',
] as const
export type QuestionKind = (typeof questionKinds)[number]

/** One question in numbers. What `what` numbers depends on the kind: a permission, an action, a relation. */
export interface Question {
  readonly kind: QuestionKind
  readonly user: number
  readonly what: number
  readonly document: number
  readonly group: number
}

/** A check is answered by yes or no, a list by its references, sorted. */
export type Answer = boolean | readonly string[]

/** How many questions there are of each kind: checks enough to miss every small cache, lists few, since each is long. */
const counts = { check: 4_096, list: 64 } as const

/** Makes the questions of one kind. The same world and kind give the same questions. */
export function questionsFor(world: World, kind: QuestionKind, count = usualCount(kind)): readonly Question[] {
  const random = randomFrom(mixed(world.seed + 1 + questionKinds.indexOf(kind)))
  const asker = zipfOver(world.users, random)
  const make = makers[kind]
  const inGroups = grantsByGroup(world)
  return Array.from({ length: count }, (_, index) => {
    const isHit = index % 2 === 0
    // A user without any right has no hit; another one is asked then.
    for (let attempt = 0; attempt < 10_000; attempt += 1) {
      const question = make({ world, random, inGroups, user: asker() }, isHit)
      if (question !== undefined) return { user: 0, what: 0, document: 0, group: 0, ...question, kind }
    }
    throw new Error(`the world ${world.name} has no ${isHit ? 'hit' : 'miss'} of the kind ${kind}`)
  })
}

function usualCount(kind: QuestionKind): number {
  return kind === 'members' || kind === 'subjects' || kind === 'documents' ? counts.list : counts.check
}

/** The right answer to a question. */
export function answerTo(world: World, { kind, user, what, document, group }: Question): Answer {
  switch (kind) {
    case 'tenant-check':
      return mayOnTenant(world, user, what)
    case 'document-check':
    case 'plain-check':
    case 'explain':
      return mayOnDocument(world, user, document, what)
    case 'members': {
      const { users, groups } = membersOf(world, group)
      return [...[...users].map((each) => `user:${userId(each)}`), ...[...groups].map((each) => `group:${groupId(each)}`)].sort()
    }
    case 'subjects':
      return [...usersThatMay(world, document, what)].map((each) => `user:${userId(each)}`).sort()
    case 'documents':
      return [...documentsThatMay(world, user, what)].map((each) => `document:${documentId(each)}`).sort()
    default:
      return mayByAssignment(world, user, document, what)
  }
}

/** The groups that a relation number of `assignmentRelations` leads to. */
interface Draw {
  readonly world: World
  readonly random: Random
  readonly user: number
  /** By group: the grants to it. */
  readonly inGroups: () => Rows
}
type Draft = Partial<Omit<Question, 'kind'>> | undefined

const makers: { readonly [Kind in QuestionKind]: (draw: Draw, isHit: boolean) => Draft } = {
  'tenant-check': onTenant,
  'document-check': onDocument,
  'plain-check': onPlainDocument,
  'owner-check': byRelation(0),
  'group-check': byRelation(1),
  'ancestors-check': byRelation(2),
  'descendants-check': byRelation(3),
  'siblings-check': byRelation(4),
  explain: onDocument,
  members: ({ world, random }) => ({ group: random.below(world.groups) }),
  subjects({ world, random }) {
    const grant = random.below(world.grantSubjects.length)
    return { document: documentOf(world, grant), what: world.grantActions[grant] ?? 0 }
  },
  documents: ({ user, random }) => ({ user, what: random.below(actions.length) }),
}

function onTenant({ world, random, user }: Draw, isHit: boolean): Draft {
  const groups = groupsOf(world, user)
  if (!isHit) {
    const what = random.below(world.permissions)
    return mayOnTenant(world, user, what, groups) ? undefined : { user, what }
  }
  const role = world.roleOfGroup[oneOf([...groups], random) ?? -1] ?? -1
  const what = role === -1 ? undefined : oneOf(rowOf(world.roles, role), random)
  return what !== undefined && mayOnTenant(world, user, what, groups) ? { user, what } : undefined
}

function onDocument({ world, random, user, inGroups }: Draw, isHit: boolean): Draft {
  const groups = groupsOf(world, user)
  if (!isHit) {
    const [document, what] = [random.below(world.documents), random.below(actions.length)]
    return mayOnDocument(world, user, document, what, groups) ? undefined : { user, document, what }
  }
  const group = oneOf([...groups], random)
  const grant = group === undefined ? undefined : oneOf(rowOf(inGroups(), group), random)
  if (grant === undefined) return undefined
  const [document, what] = [documentOf(world, grant), world.grantActions[grant] ?? 0]
  return mayOnDocument(world, user, document, what, groups) ? { user, document, what } : undefined
}

/** On a document that is not assigned and has one grant, in the world that has assignments too. */
function onPlainDocument({ world, random, user }: Draw, isHit: boolean): Draft {
  const document = world.assignments.length + random.below(world.documents - world.assignments.length)
  const grant = world.grantStarts[document] ?? 0
  const asker = isHit ? (world.grantSubjects[grant] ?? 0) : user
  return mayOnDocument(world, asker, document, world.grantActions[grant] ?? 0) === isHit
    ? { user: asker, document, what: world.grantActions[grant] ?? 0 }
    : undefined
}

function byRelation(what: number): (draw: Draw, isHit: boolean) => Draft {
  return ({ world, random, user }, isHit) => {
    const assignment = oneOf(world.assignments, random)
    if (assignment === undefined) throw new Error(`the world ${world.name} has no assignments`)
    const { document, group } = assignment
    // Each group of such a world has the user of its own number as its only member.
    const asker = isHit ? relatedTo(world, group, what, random) : user
    return asker !== undefined && mayByAssignment(world, asker, document, what) === isHit ? { user: asker, document, what } : undefined
  }
}

function relatedTo(world: World, group: number, relation: number, random: Random): number | undefined {
  switch (assignmentRelations[relation]) {
    case 'ancestors':
      return oneOf(ancestorsOf(world, group), random)
    case 'descendants':
      return oneOf(
        childrenOf(world, (parent) => parent === group),
        random,
      )
    case 'siblings':
      return oneOf(
        childrenOf(world, (_, child) => areSiblings(world, child, group)),
        random,
      )
    default:
      return group
  }
}

function childrenOf(world: World, fits: (parent: number, child: number) => boolean): readonly number[] {
  const found: number[] = []
  world.parents.forEach((parent, child) => {
    if (fits(parent, child)) found.push(child)
  })
  return found
}

function oneOf<T>(items: ArrayLike<T>, random: Random): T | undefined {
  return items.length === 0 ? undefined : items[random.below(items.length)]
}

/** The allowing grants to groups, by group; sorted when they are first asked for. */
export function grantsByGroup(world: World): () => Rows {
  let known: Rows | undefined
  return () => {
    known ??= sortGrants(world)
    return known
  }
}

/** The allowing grants to groups, by group, in two passes: counted, then placed. */
function sortGrants(world: World) {
  const starts = new Uint32Array(world.groups + 2)
  const isWanted = (grant: number) => world.grantKinds[grant] === subjects.group && world.grantDenies[grant] === 0
  world.grantSubjects.forEach((group, grant) => {
    if (isWanted(grant)) starts[group + 2] = (starts[group + 2] ?? 0) + 1
  })
  for (let group = 2; group < starts.length; group += 1) starts[group] = (starts[group] ?? 0) + (starts[group - 1] ?? 0)
  const items = new Uint32Array(starts[starts.length - 1] ?? 0)
  world.grantSubjects.forEach((group, grant) => {
    if (!isWanted(grant)) return
    const place = starts[group + 1] ?? 0
    items[place] = grant
    starts[group + 1] = place + 1
  })
  return { starts: starts.subarray(0, world.groups + 1), items }
}

function documentOf(world: World, grant: number): number {
  let [low, high] = [0, world.documents - 1]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((world.grantStarts[middle] ?? 0) <= grant) low = middle
    else high = middle - 1
  }
  return low
}
