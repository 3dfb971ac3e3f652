/** One intended edit in a sentence, with the records in it as chips. */

import type { ReactElement, ReactNode } from 'react'
import type { Change } from '../../core/index.ts'
import { day } from '../data/moments.ts'
import { changeWords } from '../words/changes.ts'
import { Told, useWords } from '../words/words.tsx'
import type { Names } from './names.tsx'
import { Chip, PermissionChip } from './names.tsx'

type ChangeKey = keyof typeof changeWords.texts.en & string

/** Whether an edit adds something, takes something away, or alters it. */
export function directionOf(change: Change): 'gain' | 'lose' | 'maybe' {
  if (/\.(create|add)$/.test(change.kind)) return change.kind === 'grant.create' && change.effect === 'deny' ? 'lose' : 'gain'
  return /\.(delete|remove)$/.test(change.kind) ? 'lose' : 'maybe'
}

/** Says what the change does. */
export function ChangeWords({ change, names = {} }: { readonly change: Change; readonly names?: Names }): ReactNode {
  const say = useWords(changeWords)
  const chip = (reference: string): ReactElement => <Chip reference={reference} names={names} />
  const told = (
    key: ChangeKey,
    parts: { readonly [name: string]: ReactElement },
    values: { readonly [name: string]: string | number } = {},
  ) => <Told words={changeWords} say={key} parts={parts} values={values} />
  const fields = (left: readonly string[]): string => {
    const changed = Object.entries(change).filter(([name, value]) => name !== 'kind' && !left.includes(name) && value !== undefined)
    if (changed.length === 0) return say('nothing')
    return changed
      .map(([field, value]) => (value === null || value === '' ? say('emptied', { field }) : say('become', { field, value: shown(value) })))
      .join(', ')
  }
  switch (change.kind) {
    case 'member.add': {
      const parts = { member: chip(change.member), group: chip(`group:${change.group}`) }
      return change.until === undefined ? told('member.add', parts) : told('member.addUntil', parts, { until: day(String(change.until)) })
    }
    case 'member.remove':
      return told('member.remove', { member: chip(change.member), group: chip(`group:${change.group}`) })
    case 'member.update':
      return told(
        'member.update',
        { member: chip(change.member), group: chip(`group:${change.group}`) },
        { fields: fields(['group', 'member', 'origin']) },
      )
    case 'group.create':
      if (change.parent === undefined) return told('group.create', {}, { name: change.name })
      return told('group.createIn', { parent: chip(`group:${change.parent}`) }, { name: change.name })
    case 'group.update':
      return told('group.update', { group: chip(`group:${change.id}`) }, { fields: fields(['id']) })
    case 'group.move':
      if (change.parent === null || change.parent === undefined) return told('group.moveTop', { group: chip(`group:${change.id}`) })
      return told('group.move', { group: chip(`group:${change.id}`), parent: chip(`group:${change.parent}`) })
    case 'group.delete':
      return told('group.delete', { group: chip(`group:${change.id}`) })
    case 'user.create':
      return told('user.create', {}, { name: change.displayName ?? change.userName ?? change.id ?? '' })
    case 'user.update':
      return told('user.update', { user: chip(`user:${change.id}`) }, { fields: fields(['id']) })
    case 'user.delete':
      return told('user.delete', { user: chip(`user:${change.id}`) })
    case 'grant.create': {
      const named = change.actions ?? (change.permission === undefined ? [] : [change.permission])
      const what =
        change.role === undefined ? (
          <span>
            {named.map((name) => (
              <PermissionChip key={name} name={name} />
            ))}
          </span>
        ) : (
          chip(`role:${change.role}`)
        )
      const parts = { subject: chip(change.subject), what, resource: chip(change.resource ?? 'tenant') }
      if (change.effect === 'deny') return told('grant.deny', parts)
      return change.until === undefined
        ? told('grant.create', parts)
        : told('grant.createUntil', parts, { until: day(String(change.until)) })
    }
    case 'grant.update':
      return told('grant.update', {}, { fields: fields(['id']) })
    case 'grant.delete':
      return told('grant.delete', {})
    case 'resource.create':
      return told('resource.create', {}, { name: change.resource })
    case 'resource.update':
      return told('resource.update', { resource: chip(change.resource) }, { fields: fields(['resource']) })
    case 'resource.delete':
      return told('resource.delete', { resource: chip(change.resource) })
    case 'role.create':
      return told('role.create', {}, { name: change.label ?? change.codename })
    case 'role.update':
      return told('role.update', { role: chip(`role:${change.codename}`) }, { fields: fields(['codename']) })
    case 'role.delete':
      return told('role.delete', { role: chip(`role:${change.codename}`) })
    case 'assignment.create':
      return told('assignment.create', { resource: chip(change.resource), group: chip(`group:${change.group}`) })
    case 'assignment.delete':
      return told('assignment.delete', {})
    case 'permission-tree.write':
      return told('permission-tree.write', { subject: chip(change.subject) })
    case 'settings.update':
      return told('settings.update', {}, { fields: fields([]) })
    case 'api-key.create':
      return told('api-key.create', {})
    case 'api-key.update':
      return told('api-key.update', {}, { fields: fields(['id']) })
    case 'api-key.delete':
      return told('api-key.delete', {})
    case 'tenant.update':
      return told('tenant.update', {}, { id: change.id, fields: fields(['id']) })
    case 'tenant.delete':
      return told('tenant.delete', {}, { id: change.id })
    case 'undo':
      return told('undo', {}, { revision: change.revision })
    default:
      return told('other', {}, { kind: change.kind, records: fields([]) })
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? `${value.slice(0, 60)}…` : value
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value.join(', ') : JSON.stringify(value)
}
