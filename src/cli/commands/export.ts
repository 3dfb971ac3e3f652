/** `curia export`: the whole tenant, or one group, as one text. */

import { closeSync, fchmodSync, openSync, writeFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import type { ExportFormat } from '../../api/client.ts'
import { exportFormats } from '../../api/client.ts'
import { CuriaError, Refusal } from '../../core/index.ts'
import type { CommonOptions, Run } from '../command.ts'
import { connecting } from '../command.ts'
import { connected } from '../connection.ts'
import { exit } from '../exit.ts'

interface ExportOptions extends CommonOptions {
  readonly format?: ExportFormat
  readonly group?: string
  readonly base?: string
  readonly output?: string
  readonly force?: boolean
}

/** `curia export`. */
export function exportCommand(run: Run): Command {
  const command = new Command('export')
    .description('the whole tenant, or one group, as a text: the same state gives the same bytes')
    .addOption(new Option('--format <format>', 'how it is written (default: by the name of the file, else yaml)').choices(exportFormats))
    .option('--group <id>', 'only this group, with what stands below it, its people and what is granted to it')
    .option('--base <name>', 'for ldif: the entry below which everything stands, such as dc=example,dc=org')
    .option('-o, --output <file>', 'into this new file, readable by you alone')
    .option('--force', 'also in place of a file that is there')
  return connecting(command).action(
    run(async (terminal, options: ExportOptions) => {
      const { output, force = false, group, base } = options
      const query = { format: options.format ?? formatOf(output, options.json === true), ...(base === undefined ? {} : { base }) }
      const text = await connected(options, ({ client }) =>
        group === undefined ? client.exportWorld(query) : client.exportGroup({ ...query, key: group }),
      )
      if (output === undefined) terminal.write(text)
      else {
        writeNew(output, text, force)
        terminal.note(`written to ${output}`)
      }
      return exit.done
    }),
  )
}

function formatOf(output: string | undefined, isJson: boolean): ExportFormat {
  const [ending] = /(?<=\.)(json|ldif)$/.exec(output?.toLowerCase() ?? '') ?? []
  if (ending === 'json' || ending === 'ldif') return ending
  return isJson ? 'json' : 'yaml'
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
