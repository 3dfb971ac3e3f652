/** Libraries that check roles: whose roles they are, the program has resolved before it asks. */

import type { Contender, Prepared } from '../contender.ts'
import { preparedCalls, preparedChecks } from '../contender.ts'
import { permissionName, roleName } from '../names.ts'
import type { Question } from '../questions.ts'
import type { World } from '../world.ts'
import { rowOf } from '../world.ts'
import { roleNamesOf } from './facts.ts'
import { loadLibrary } from './library.ts'

interface Role {
  authorize(request: { readonly tenant: readonly string[] }): { readonly success: boolean }
}
interface BetterAuth {
  createAccessControl(statements: { readonly tenant: readonly string[] }): {
    newRole(statements: { readonly tenant: readonly string[] }): Role
  }
}

/** The access control of better-auth: a user may when one of the roles may. */
export async function openBetterAuth(world: World): Promise<Contender> {
  // The published type of the package says so.
  const { createAccessControl } = (await loadLibrary('better-auth/plugins/access')) as BetterAuth
  const control = createAccessControl({ tenant: Array.from({ length: world.permissions }, (_, each) => permissionName(each)) })
  const roles = new Map(permissionsByRole(world).map(([name, permissions]) => [name, control.newRole({ tenant: permissions })]))
  return forTenantChecks((questions) => {
    const names = roleNamesOf(world, usersOf(questions))
    const asked = questions.map(({ user, what }) => ({
      roles: (names.get(user) ?? []).flatMap((name) => roles.get(name) ?? []),
      request: { tenant: [permissionName(what)] },
    }))
    return preparedChecks(
      asked.length,
      (index) => asked[index]?.roles.some((role) => role.authorize(asked[index]?.request ?? { tenant: [] }).success) ?? false,
    )
  })
}

interface AccessControl {
  can(roles: readonly string[]): { readAny(resource: string): { readonly granted: boolean } }
  lock(): unknown
}
interface AccessControlLibrary {
  readonly AccessControl: new (grants: readonly object[]) => AccessControl
}

/** accesscontrol: a permission is a resource that may be read. */
export async function openAccessControl(world: World): Promise<Contender> {
  // The published type of the package says so.
  const { AccessControl } = (await loadLibrary('accesscontrol')) as AccessControlLibrary
  const grants = permissionsByRole(world).flatMap(([role, permissions]) =>
    permissions.map((permission) => ({ role, resource: resourceName(permission), action: 'read:any', attributes: ['*'] })),
  )
  const control = new AccessControl(grants)
  control.lock()
  return forTenantChecks((questions) => {
    const names = roleNamesOf(world, usersOf(questions))
    const asked = questions.map(({ user, what }) => ({ roles: names.get(user) ?? [], resource: resourceName(permissionName(what)) }))
    return preparedChecks(asked.length, (index) => {
      const question = asked[index]
      // Without a role it refuses the question.
      return question !== undefined && question.roles.length > 0 && control.can(question.roles).readAny(question.resource).granted
    })
  })
}

/** It takes no dots. */
function resourceName(permission: string): string {
  return permission.replaceAll('.', '-')
}

interface Rbac {
  can(role: string, operation: string): Promise<boolean>
}
type RbacLibrary = (settings: {
  readonly enableLogger: boolean
}) => (roles: { readonly [role: string]: { readonly can: readonly string[] } }) => Rbac

/** @rbac/rbac: the roles are asked one after the other. */
export async function openRbac(world: World): Promise<Contender> {
  // The published type of the package says so; it is CommonJS, so its one function is the default of the module.
  const { default: library } = (await loadLibrary('@rbac/rbac')) as { readonly default: RbacLibrary | { readonly default: RbacLibrary } }
  const create = typeof library === 'function' ? library : library.default
  const rbac = create({ enableLogger: false })(
    Object.fromEntries(permissionsByRole(world).map(([role, permissions]) => [role, { can: permissions }])),
  )
  return forTenantChecks((questions) => {
    const names = roleNamesOf(world, usersOf(questions))
    const asked = questions.map(({ user, what }) => ({ roles: names.get(user) ?? [], operation: permissionName(what) }))
    return preparedCalls(asked.length, 'processor', async (index) => {
      const question = asked[index]
      if (question === undefined) return false
      for (const role of question.roles) if (await rbac.can(role, question.operation)) return true
      return false
    })
  })
}

function forTenantChecks(prepare: (questions: readonly Question[]) => Prepared): Contender {
  return { prepare: (kind, questions) => (kind === 'tenant-check' ? prepare(questions) : undefined), close: async () => undefined }
}

function usersOf(questions: readonly Question[]): readonly number[] {
  return questions.map(({ user }) => user)
}

function permissionsByRole(world: World): readonly (readonly [role: string, permissions: readonly string[]])[] {
  return Array.from({ length: world.roles.starts.length - 1 }, (_, role) => [
    roleName(role),
    [...rowOf(world.roles, role)].map(permissionName),
  ])
}
