/** Changes of groups, group types and group entities. */

import type { ChangeOf } from '../change.ts'
import type { Draft } from '../draft.ts'
import { given } from '../draft.ts'
import { refuse } from '../errors.ts'
import type { Group } from '../group.ts'
import { descendantsOf } from '../hierarchy.ts'
import { slug } from '../name.ts'
import { writeSubject } from '../reference.ts'
import { holdKey } from '../tables.ts'
import { readInstant } from '../validity.ts'
import { removeNamed } from './removal.ts'

export function createGroup(draft: Draft, change: ChangeOf<'group.create'>): void {
  const { kind: _, origin, id: givenId, codename, parent, nested, entities, expiresAt, ...fields } = change
  const id = draft.newId('group', givenId)
  const group: Group = {
    ...draft.made(origin),
    id,
    codename: codename ?? (slug(fields.name, '-') || slug(id, '-')),
    properties: {},
    data: { config: { share: 'members' } },
    meta: {},
    active: true,
    joinPolicy: 'closed',
    ...given(fields),
    entities: sorted(entities ?? []),
    ...(parent === undefined ? {} : { parent }),
    ...(expiresAt === undefined ? {} : { expiresAt: readInstant(expiresAt, draft.field('expiresAt')) }),
  }
  draft.put('group', id, group)
  draft.names(`group:${id}`)
  if (nested !== true) return
  if (parent === undefined)
    throw refuse('invalid_parameter', { field: draft.field('nested'), reason: 'a group without parent can be nested in nothing' })
  const base = draft.made(origin)
  draft.put('hold', holdKey(parent, `group:${id}`, base.origin), { ...base, group: parent, member: `group:${id}`, roles: [] })
}

export function updateGroup(draft: Draft, { kind: _, id, entities, expiresAt, ...fields }: ChangeOf<'group.update'>): void {
  const group = draft.own('group', id, 'id')
  const expires = expiresAt === undefined || expiresAt === null ? expiresAt : readInstant(expiresAt, draft.field('expiresAt'))
  draft.put(
    'group',
    id,
    draft.patched(group, { ...fields, expiresAt: expires, entities: entities === undefined ? undefined : sorted(entities) }),
  )
  draft.names(`group:${id}`)
}

export function moveGroup(draft: Draft, { id, parent }: ChangeOf<'group.move'>): void {
  const group = draft.own('group', id, 'id')
  if (parent === undefined)
    throw refuse('invalid_parameter', { field: draft.field('parent'), reason: 'is missing; null makes the group a root' })
  draft.put('group', id, draft.patched(group, { parent }))
  draft.names(`group:${id}`)
  if (parent !== null) draft.names(`group:${parent}`)
}

export function deleteGroup(draft: Draft, { id, children }: ChangeOf<'group.delete'>): void {
  const { snapshot } = draft
  const group = draft.own('group', id, 'id')
  const below = [...snapshot.childGroups(id)]
  if (below.length > 0 && children === undefined) {
    throw refuse('has_children', { reference: `group:${id}`, children: below.map((each) => `group:${each.id}`).sort() })
  }
  if (children === 'delete') {
    // The deepest first, so that no group stands without its parent in between.
    for (const each of [...descendantsOf(snapshot, id)].reverse()) removeGroup(draft, each)
  } else {
    for (const each of below) draft.put('group', each.id, draft.patched(each, { parent: group.parent ?? null }))
  }
  removeGroup(draft, group)
}

function removeGroup(draft: Draft, { id, origin }: Group): void {
  draft.requireOrigin(`group:${id}`, origin)
  for (const { group, member, origin: holder } of [...draft.snapshot.holdsOfGroup(id)]) draft.remove('hold', holdKey(group, member, holder))
  removeNamed(draft, `group:${id}`)
  draft.retire('group', id)
  draft.names(`group:${id}`)
}

export function createGroupType(
  draft: Draft,
  { kind: _, origin, codename, label, standings, exclusive, workspace }: ChangeOf<'group-type.create'>,
): void {
  draft.requireFree('group-type', codename)
  draft.put('group-type', codename, {
    ...draft.made(origin),
    codename,
    label: label ?? codename,
    exclusive: exclusive ?? false,
    standings: sorted(standings ?? []),
    ...(workspace === undefined ? {} : { workspace }),
  })
  draft.names(`group-type:${codename}`)
}

export function updateGroupType(draft: Draft, { kind: _, codename, standings, ...fields }: ChangeOf<'group-type.update'>): void {
  const type = draft.own('group-type', codename, 'codename')
  draft.put('group-type', codename, draft.patched(type, { ...fields, standings: standings === undefined ? undefined : sorted(standings) }))
  draft.names(`group-type:${codename}`)
}

/** Clears the type on its groups and takes it out of relation grants narrowed to it; one that is left with no type goes. */
export function deleteGroupType(draft: Draft, { codename }: ChangeOf<'group-type.delete'>): void {
  draft.own('group-type', codename, 'codename')
  for (const group of [...draft.snapshot.groupsOfType(codename)]) draft.put('group', group.id, draft.patched(group, { type: null }))
  for (const grant of [...draft.snapshot.all('grant')]) {
    const subject = draft.snapshot.subjectOf(grant)
    if (subject.kind !== 'relation' || !subject.types?.includes(codename)) continue
    const types = subject.types.filter((type) => type !== codename)
    if (types.length === 0) draft.retire('grant', grant.id)
    else draft.put('grant', grant.id, draft.patched(grant, { subject: writeSubject({ ...subject, types }) }))
  }
  draft.remove('group-type', codename)
  draft.names(`group-type:${codename}`)
}

export function createGroupEntity(draft: Draft, { origin, codename, label }: ChangeOf<'group-entity.create'>): void {
  draft.requireFree('group-entity', codename)
  draft.put('group-entity', codename, { ...draft.made(origin), codename, label: label ?? codename })
  draft.names(`group-entity:${codename}`)
}

export function updateGroupEntity(draft: Draft, { codename, label }: ChangeOf<'group-entity.update'>): void {
  draft.put('group-entity', codename, draft.patched(draft.own('group-entity', codename, 'codename'), { label }))
  draft.names(`group-entity:${codename}`)
}

export function deleteGroupEntity(draft: Draft, { codename }: ChangeOf<'group-entity.delete'>): void {
  draft.own('group-entity', codename, 'codename')
  for (const group of [...draft.snapshot.all('group')]) {
    if (group.entities.includes(codename))
      draft.put('group', group.id, draft.patched(group, { entities: group.entities.filter((each) => each !== codename) }))
  }
  draft.remove('group-entity', codename)
  draft.names(`group-entity:${codename}`)
}

/** Without twins, in code unit order. */
export function sorted(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort()
}
