/**
 * How long it takes to assign an object in a tree of related groups, from the call until the write is durable in SQLite, and how many records that writes:
 * `npm run bench:assign [-- 1000]`, with the number of groups.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccess } from '../dist/index.js'

const groups = Number(process.argv[2] ?? 1000)
const objects = 300
const folder = mkdtempSync(join(tmpdir(), 'curia-assign-'))

try {
  const access = await createAccess({ store: `sqlite:${join(folder, 'curia.db')}` })
  // Three below each: all are below the first.
  await access.write([
    { kind: 'resource-type.create', name: 'legion', actions: ['view', 'change', 'delete'] },
    ...Array.from({ length: groups }, (_, number) => ({
      kind: /** @type {const} */ ('group.create'),
      id: `g${number}`,
      name: `Group ${number}`,
      ...(number === 0 ? {} : { parent: `g${Math.floor((number - 1) / 3)}` }),
    })),
  ])
  for (const [where, groupOf] of /** @type {const} */ ([
    ['to the group above all others', () => 'g0'],
    ['to groups all over the tree', (/** @type {number} */ object) => `g${(object * 37) % groups}`],
  ])) {
    /** @type {number[]} */
    const times = []
    let records = 0
    for (let object = 0; object < objects; object += 1) {
      const begun = performance.now()
      const written = await access.write([
        { kind: 'assignment.create', resource: `legion:${where.length}-${object}`, group: groupOf(object) },
      ])
      times.push(performance.now() - begun)
      records = Math.max(records, written.records.flat().filter((reference) => reference.startsWith('assignment:')).length)
    }
    times.sort((one, other) => one - other)
    const at = (/** @type {number} */ share) => (times[Math.floor(share * objects)] ?? 0).toFixed(2)
    console.log(`${groups} groups, ${where}: ${records} record, median ${at(0.5)} ms, one in a hundred takes longer than ${at(0.99)} ms`)
  }
  await access.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
