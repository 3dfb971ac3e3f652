/** casbin, with the facts as policies and groupings, nested groups by its role manager. */

import type { Contender } from '../contender.ts'
import { preparedChecks } from '../contender.ts'
import { documentId, groupId, permissionName, roleName, userId } from '../names.ts'
import type { World } from '../world.ts'
import { actions, rowOf, subjects } from '../world.ts'
import { eachGrant, eachMembership, eachNesting } from './facts.ts'
import { loadLibrary } from './library.ts'

interface Model {
  addPolicies(section: string, type: string, rules: readonly (readonly string[])[]): unknown
}
interface Enforcer {
  enforceSync(...request: readonly string[]): boolean
}
interface Casbin {
  newModelFromString(text: string): Model
  newEnforcer(model: Model, adapter: { loadPolicy(model: Model): Promise<void> }): Promise<Enforcer>
}

// What is cheap to compare stands first, so that groups are looked at for few policies only.
const model = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.obj == p.obj && r.act == p.act && g(r.sub, p.sub)
`

export async function openCasbin(world: World): Promise<Contender> {
  // The published type of the package says so.
  const casbin = (await loadLibrary('casbin')) as Casbin
  const enforcer = await casbin.newEnforcer(casbin.newModelFromString(model), {
    async loadPolicy(loaded) {
      loaded.addPolicies('p', 'p', policiesOf(world))
      loaded.addPolicies('g', 'g', groupingsOf(world))
    },
  })
  return {
    prepare(kind, questions) {
      if (kind !== 'tenant-check') return undefined
      const asked = questions.map(({ user, what }) => [userId(user), 'tenant', permissionName(what)] as const)
      // The bench asks by numbers below the length.
      return preparedChecks(asked.length, (index) => enforcer.enforceSync(...(asked[index] as readonly string[])))
    },
    close: async () => undefined,
  }
}

function policiesOf(world: World): readonly (readonly string[])[] {
  const policies: (readonly string[])[] = []
  for (let role = 0; role < world.roles.starts.length - 1; role += 1) {
    for (const permission of rowOf(world.roles, role)) policies.push([roleName(role), 'tenant', permissionName(permission)])
  }
  eachGrant(world, (grant, document) => {
    const subject = world.grantSubjects[grant] ?? 0
    const name = world.grantKinds[grant] === subjects.user ? userId(subject) : groupId(subject)
    policies.push([name, `document:${documentId(document)}`, actions[world.grantActions[grant] ?? 0] ?? ''])
  })
  return policies
}

function groupingsOf(world: World): readonly (readonly string[])[] {
  const groupings: (readonly string[])[] = []
  eachMembership(world, (user, group) => groupings.push([userId(user), groupId(group)]))
  eachNesting(world, (inner, outer) => groupings.push([groupId(inner), groupId(outer)]))
  world.roleOfGroup.forEach((role, group) => {
    if (role !== -1) groupings.push([groupId(group), roleName(role)])
  })
  return groupings
}
