/** CASL, with an ability for each user: kept beforehand, or built for every check from the rows of the user. */

import { groupsOf } from '../answers.ts'
import type { Contender, OpenContender } from '../contender.ts'
import { preparedChecks, Unsuitable } from '../contender.ts'
import { documentId, permissionName } from '../names.ts'
import { grantsByGroup } from '../questions.ts'
import type { World } from '../world.ts'
import { actions, rowOf, subjects } from '../world.ts'
import { eachGrant, rolesOf } from './facts.ts'
import { loadLibrary } from './library.ts'

interface Ability {
  can(action: string, subject: string): boolean
}
interface RawRule {
  readonly action: string | readonly string[]
  readonly subject: string
  readonly conditions?: { readonly id: { readonly $in: readonly string[] } }
}
interface Casl {
  createMongoAbility(rules: readonly RawRule[]): Ability
}

/** Abilities of all users must stay below this, in bytes. */
const memoryLimit = 4e9

/** An ability for every user that is asked about, made before anything is timed. */
export const openCaslKept: OpenContender = (world) => open(world, true)

/** An ability for every check. */
export const openCaslBuilt: OpenContender = (world) => open(world, false)

async function open(world: World, isKept: boolean): Promise<Contender> {
  // The published type of the package says so.
  const { createMongoAbility } = (await loadLibrary('@casl/ability')) as Casl
  const build = builderOf(world, createMongoAbility)
  if (isKept) requireMemory(world, build)
  return {
    prepare(kind, questions) {
      if (kind !== 'tenant-check') return undefined
      const asked = questions.map(({ user, what }) => ({ user, action: permissionName(what) }))
      if (!isKept) {
        return preparedChecks(asked.length, (index) => {
          const question = asked[index]
          return question !== undefined && build(question.user).can(question.action, 'tenant')
        })
      }
      const kept = new Map([...new Set(asked.map(({ user }) => user))].map((user) => [user, build(user)]))
      return preparedChecks(asked.length, (index) => {
        const question = asked[index]
        return question !== undefined && kept.get(question.user)?.can(question.action, 'tenant') === true
      })
    },
    close: async () => undefined,
  }
}

function builderOf(world: World, create: Casl['createMongoAbility']): (user: number) => Ability {
  const byGroup = grantsByGroup(world)()
  const ofUser = grantsByUser(world)
  const documents = new Uint32Array(world.grantSubjects.length)
  eachGrant(world, (grant, document) => {
    documents[grant] = document
  })
  const permissions = Array.from({ length: world.roles.starts.length - 1 }, (_, role) => [...rowOf(world.roles, role)].map(permissionName))
  return (user) => {
    const rules: RawRule[] = rolesOf(world, user).map((role) => ({ action: permissions[role] ?? [], subject: 'tenant' }))
    const ids = actions.map((): string[] => [])
    const add = (grant: number) => ids[world.grantActions[grant] ?? 0]?.push(documentId(documents[grant] ?? 0))
    for (const group of groupsOf(world, user)) for (const grant of rowOf(byGroup, group)) add(grant)
    for (const grant of ofUser.get(user) ?? []) add(grant)
    for (const [action, found] of ids.entries()) {
      rules.push({ action: actions[action] ?? '', subject: 'document', conditions: { id: { $in: found } } })
    }
    return create(rules)
  }
}

function grantsByUser(world: World): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>()
  eachGrant(world, (grant) => {
    const subject = world.grantSubjects[grant] ?? 0
    if (world.grantKinds[grant] !== subjects.user) return
    const grants = found.get(subject)
    if (grants === undefined) found.set(subject, [grant])
    else grants.push(grant)
  })
  return found
}

/** Weighs some abilities, and says what those of all users would weigh. */
function requireMemory(world: World, build: (user: number) => Ability): void {
  const sample = Math.min(40, world.users)
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const abilities = Array.from({ length: sample }, (_, user) => {
    const ability = build(user)
    // An ability makes its index when it is first asked.
    ability.can(permissionName(0), 'tenant')
    return ability
  })
  globalThis.gc?.()
  const each = (process.memoryUsage().heapUsed - before) / abilities.length
  if (each * world.users > memoryLimit) {
    throw new Unsuitable(
      `an ability weighs ${Math.round(each / 1024)} KiB, so those of ${world.users} users weigh ${Math.round((each * world.users) / 1e9)} GB`,
    )
  }
}
