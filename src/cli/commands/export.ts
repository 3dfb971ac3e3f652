/** `curia export`: the whole tenant as one canonical text. */

import { closeSync, fchmodSync, openSync, writeFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { CuriaError, Refusal } from '../../core/index.ts'
import type { CommonOptions, Run } from '../command.ts'
import { connecting } from '../command.ts'
import { connected } from '../connection.ts'
import { exit } from '../exit.ts'

interface ExportOptions extends CommonOptions {
  readonly format?: 'yaml' | 'json'
  readonly output?: string
  readonly force?: boolean
}

/** `curia export`. */
export function exportCommand(run: Run): Command {
  const command = new Command('export')
    .description('the whole tenant in its canonical form: the same state gives the same bytes')
    .addOption(new Option('--format <format>', 'yaml or json (default: by the name of the file, else yaml)').choices(['yaml', 'json']))
    .option('-o, --output <file>', 'into this new file, readable by you alone')
    .option('--force', 'also in place of a file that is there')
  return connecting(command).action(
    run(async (terminal, options: ExportOptions) => {
      const { output, force = false } = options
      const format = options.format ?? (options.json === true || output?.toLowerCase().endsWith('.json') === true ? 'json' : 'yaml')
      const text = await connected(options, ({ client }) => client.exportWorld({ format }))
      if (output === undefined) terminal.write(text)
      else {
        writeNew(output, text, force)
        terminal.note(`written to ${output}`)
      }
      return exit.done
    }),
  )
}

/** Never through a link or over a file that somebody else has put there, unless that is wanted. */
function writeNew(path: string, text: string, force: boolean): void {
  try {
    const file = openSync(path, force ? 'w' : 'wx', 0o600)
    try {
      fchmodSync(file, 0o600)
      writeFileSync(file, text)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
    if (code === undefined) throw error
    const reason = code === 'EEXIST' ? 'is there already; --force writes in its place' : `cannot be written (${code})`
    throw new CuriaError(new Refusal('conflict', { reference: path, reason }), { cause: error })
  }
}
