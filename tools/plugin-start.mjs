/** How long a plugin takes to start that registers 1,000 groups with roles: at first, and on the database that it finds then. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccess, definePlugin } from '../dist/index.js'

const groups = Number(process.argv[2] ?? 1000)
const folder = mkdtempSync(join(tmpdir(), 'curia-plugin-start-'))
const plugin = definePlugin({
  name: 'bench',
  async activate(context) {
    for (const codename of ['reader', 'writer']) await context.roles.register({ codename })
    for (let number = 1; number <= groups; number++) {
      await context.groups.register({ name: `Group ${number}`, description: 'registered by a plugin', roles: ['reader', 'writer'] })
    }
  },
})

try {
  for (const start of ['first', 'second', 'third']) {
    const access = await createAccess({ store: `sqlite:${join(folder, 'curia.db')}` })
    const begun = performance.now()
    await access.plugins.activate(plugin)
    const milliseconds = performance.now() - begun
    console.log(`${start} start: ${groups} groups with 2 roles each in ${milliseconds.toFixed(0)} ms, at revision ${access.revision}`)
    await access.close()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
