/** Builds when that is needed, then serves. Arguments go on to `curia serve`. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, isStale, root } from './build.mjs'

// Who starts the server wants its first answer soon: tests are checked by `npm test`.
if (isStale() && !(await build({ checksTests: false }))) process.exit(1)

const command = join(root, 'dist', 'cli', 'main.js')
process.argv = [process.execPath, command, 'serve', ...process.argv.slice(2)]
// In this process and not in a child: a signal meant for the server reaches it, and its exit code is ours.
await import(pathToFileURL(command).href)
