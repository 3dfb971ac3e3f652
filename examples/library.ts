/** The library by itself: a world is written, asked, changed after its effect was seen, and taken back. */

import { createAccess } from 'curia'

// 'sqlite:./curia.db' keeps everything in a file.
const access = await createAccess({ store: 'memory:' })

await access.write(
  [
    { kind: 'resource-type.create', name: 'legion', actions: ['change', 'delete', 'view'] },
    { kind: 'group.create', id: 'gods', name: 'Gods' },
    { kind: 'group.create', id: 'consuls', name: 'Consuls', parent: 'gods' },
    { kind: 'group.create', id: 'plebeians', name: 'Plebeians', parent: 'consuls' },
    { kind: 'user.create', id: 'sulla', displayName: 'Sulla' },
    { kind: 'user.create', id: 'quintus', displayName: 'Quintus' },
    { kind: 'member.add', group: 'consuls', member: 'user:sulla' },
    { kind: 'member.add', group: 'plebeians', member: 'user:quintus' },
    { kind: 'assignment.create', resource: 'legion:4', group: 'consuls', member: 'user:sulla' },
  ],
  { reason: 'the first setup' },
)

console.log(access.listActions({ subject: 'user:sulla', resource: 'legion:4' }).items) // [ 'change', 'delete', 'view' ]
console.log(access.check({ subject: 'user:quintus', action: 'view', resource: 'legion:4' }).reason) // no_grant

const move = [{ kind: 'group.move', id: 'plebeians', parent: 'gods' }] as const
const { effect } = await access.preview(move)
console.log(effect.gains.map(({ subject, permissions }) => `${subject} gains ${permissions}`)) // [ 'user:quintus gains legion.view' ]

const { revision } = await access.write(move, { reason: 'the plebeians rise' })
console.log(access.listSubjects({ action: 'view', resource: 'legion:4' }).items) // [ 'user:quintus', 'user:sulla' ]

await access.undo(revision, { reason: 'they do not' })
console.log(access.listSubjects({ action: 'view', resource: 'legion:4' }).items) // [ 'user:sulla' ]

const past = await access.asOf(revision)
console.log(past.check({ subject: 'user:quintus', action: 'view', resource: 'legion:4' }).allowed) // true

for await (const entry of access.journal()) console.log(entry.revision, entry.reason) // 1 the first setup | 2 the plebeians rise | 3 they do not

await access.close()
