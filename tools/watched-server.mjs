/**
 * A server of its own process that tells its memory when it is asked. `node --expose-gc tools/watched-server.mjs DATABASE`, with CURIA_BOOTSTRAP_KEY; says
 * `{ url }` to its parent, and answers each message with `{ rss, heap, defects }`, in bytes after a collection. Ends with its parent.
 */
import { openInstallation } from '../dist/assemble.js'
import { createHandler, listen } from '../dist/server/index.js'

const [database = ''] = process.argv.slice(2)
/** @type {string[]} */
const defects = []
/** @type {import('../dist/server/index.js').Log} */
const log = {
  info: () => undefined,
  error: (fields) =>
    defects.push('error' in fields && fields.error instanceof Error ? (fields.error.stack ?? fields.error.message) : String(fields)),
}
const { access, authenticate } = await openInstallation({ store: `sqlite:${database}`, bootstrapKey: process.env.CURIA_BOOTSTRAP_KEY })
access.prepareLists()
const listener = await listen(createHandler({ access, authenticate, version: '0.0.0', log }), { port: 0 })
process.on('message', () => {
  // Twice: what the first finds to be finalised, the second takes away.
  globalThis.gc?.()
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send?.({ rss, heap: heapUsed + external, defects: defects.splice(0) })
})
process.on('disconnect', () => process.exit())
process.send?.({ url: listener.url })
