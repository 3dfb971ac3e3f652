/** Cedar as WebAssembly, with its policies parsed beforehand and the entities that matter sent with every check. */

import { groupsOf } from '../answers.ts'
import type { Contender } from '../contender.ts'
import { preparedChecks } from '../contender.ts'
import { groupId, permissionName, roleName, userId } from '../names.ts'
import type { World } from '../world.ts'
import { actions, rowOf } from '../world.ts'
import { loadLibrary } from './library.ts'

interface Uid {
  readonly type: string
  readonly id: string
}
interface Entity {
  readonly uid: Uid
  readonly attrs: { readonly [name: string]: unknown }
  readonly parents: readonly Uid[]
}
interface Cedar {
  preparsePolicySet(id: string, policies: { readonly staticPolicies: { readonly [id: string]: string } }): { readonly type: string }
  statefulIsAuthorized(call: {
    readonly principal: Uid
    readonly action: Uid
    readonly resource: Uid
    readonly context: object
    readonly preparsedPolicySetId: string
    readonly entities: readonly Entity[]
  }): { readonly type: string; readonly response?: { readonly decision: string } }
}

const policySet = 'world'

export async function openCedar(world: World): Promise<Contender> {
  // The published type of the package says so.
  const cedar = (await loadLibrary('@cedar-policy/cedar-wasm/nodejs')) as Cedar
  const parsed = cedar.preparsePolicySet(policySet, { staticPolicies: policiesOf(world) })
  if (parsed.type !== 'success') throw new Error('the policies were not understood')
  const groups = Array.from({ length: world.groups }, (_, group) => groupEntity(world, group))
  const tenant = { type: 'Tenant', id: 'main' }
  return {
    prepare(kind, questions) {
      if (kind !== 'tenant-check') return undefined
      const asked = questions.map(({ user, what }) => ({
        user,
        principal: uidOfUser(user),
        action: { type: 'Action', id: permissionName(what) },
      }))
      return preparedChecks(asked.length, (index) => {
        const question = asked[index]
        if (question === undefined) return false
        const entities = entitiesOf(question.user, question.principal)
        const { principal, action } = question
        const answer = cedar.statefulIsAuthorized({
          principal,
          action,
          resource: tenant,
          context: {},
          preparsedPolicySetId: policySet,
          entities,
        })
        return answer.response?.decision === 'allow'
      })
    },
    close: async () => undefined,
  }

  function entitiesOf(user: number, uid: Uid): readonly Entity[] {
    const parents: Uid[] = []
    const entities: Entity[] = [{ uid, attrs: {}, parents }]
    for (const group of groupsOf(world, user)) {
      const entity = groups[group]
      if (entity === undefined) continue
      parents.push(entity.uid)
      entities.push(entity)
    }
    return entities
  }
}

function policiesOf(world: World): { readonly [id: string]: string } {
  const roles = Array.from({ length: world.roles.starts.length - 1 }, (_, role) => {
    const named = [...rowOf(world.roles, role)].map((permission) => `Action::"${permissionName(permission)}"`)
    return [roleName(role), `permit(principal in Role::"${roleName(role)}", action in [${named.join(', ')}], resource == Tenant::"main");`]
  })
  // What is granted on a document stands in the document, so a policy for each action is enough.
  const documents = actions.map((action) => [
    `document-${action}`,
    `permit(principal, action == Action::"${action}", resource is Document) when { principal in resource.${action} };`,
  ])
  return Object.fromEntries([...roles, ...documents])
}

function uidOfUser(user: number): Uid {
  return { type: 'User', id: userId(user) }
}

function groupEntity(world: World, group: number): Entity {
  const outer = [...rowOf(world.nestings, group)].map((each): Uid => ({ type: 'Group', id: groupId(each) }))
  const role = world.roleOfGroup[group] ?? -1
  return {
    uid: { type: 'Group', id: groupId(group) },
    attrs: {},
    parents: role === -1 ? outer : [...outer, { type: 'Role', id: roleName(role) }],
  }
}
