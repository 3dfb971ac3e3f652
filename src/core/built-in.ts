/** The built-in catalogue: the resource types whose actions our own doors ask, two roles and one group type. They are in no store and no export. */

import type { ResourceType, Role } from './catalogue.ts'
import type { GroupType } from './group.ts'
import { domainType } from './group.ts'
import type { RecordBase } from './record.ts'
import { readInstant } from './validity.ts'

const base: RecordBase = {
  origin: 'local',
  createdAt: readInstant(0, ''),
  createdBy: 'system:built-in',
  updatedAt: readInstant(0, ''),
}

/**
 * Every action that a door of ours asks, by resource type. `user`, `service` and `group` are asked on the record; the others on the resource
 * that is granted on or assigned (`grant`, `assignment`), or on the tenant.
 */
const actions: { readonly [type: string]: readonly string[] } = {
  /**
   * check: ask questions about others. take-over: make records of another origin one's own. create, delete: other tenants, in `main` alone;
   * there view and edit are asked for them too.
   */
  tenant: ['check', 'create', 'delete', 'edit', 'export', 'import', 'take-over', 'view'],
  user: ['create', 'delete', 'edit', 'edit-profile', 'view'],
  service: ['create', 'delete', 'edit', 'view'],
  group: ['create', 'delete', 'edit', 'members.manage', 'members.view', 'move', 'view'],
  'group-type': ['create', 'delete', 'edit', 'view'],
  'group-entity': ['create', 'delete', 'edit', 'view'],
  role: ['create', 'delete', 'edit', 'view'],
  permission: ['create', 'delete', 'edit', 'view'],
  'resource-type': ['create', 'delete', 'edit', 'view'],
  resource: ['create', 'delete', 'edit', 'view'],
  grant: ['create', 'delete', 'edit', 'view'],
  assignment: ['create', 'delete', 'view'],
  'api-key': ['create', 'delete', 'edit', 'view'],
  source: ['create', 'delete', 'edit', 'view'],
  /** run: bring what another system holds up to date, and have it told what that would change. */
  target: ['run', 'view'],
  journal: ['view'],
}

export const builtInResourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  Object.entries(actions).map(([name, list]) => [name, { ...base, name, actions: list, parentTypes: [] }]),
)

/** Types whose resources are records of ours: they exist when the record does, and are never registered. */
export const recordTypes: ReadonlySet<string> = new Set(['user', 'service', 'group'])

/** Holds every permission of kind `allow`, present and future. */
export const administratorRole = 'administrator'

export const builtInRoles: ReadonlyMap<string, Role> = new Map(
  [
    { ...base, codename: administratorRole, label: 'Administrator', permissions: [], includes: [] },
    {
      ...base,
      codename: 'manager',
      label: 'Manager of groups',
      permissions: ['group.edit', 'group.members.manage', 'group.members.view', 'group.view'],
      includes: [],
    },
  ].map((role) => [role.codename, role]),
)

export const builtInGroupTypes: ReadonlyMap<string, GroupType> = new Map([
  [domainType, { ...base, codename: domainType, label: 'Domain', exclusive: true, standings: [] }],
])
