/** `curia plugins`: the plugins of a server, and what plugins have left. */

import { Command } from 'commander'
import type { AnswerOf } from '../../api/client.ts'
import type { ChangeOptions } from '../change.ts'
import { changing } from '../change.ts'
import type { CommonOptions, Run } from '../command.ts'
import { connecting, sayJson, wholeOption } from '../command.ts'
import { connected } from '../connection.ts'
import { tellEffect } from '../effect.ts'
import type { ExitStatus } from '../exit.ts'
import { exit } from '../exit.ts'
import type { ListingOptions } from '../listing.ts'
import { sayList } from '../listing.ts'
import type { Terminal } from '../terminal.ts'
import { Columns, counted } from '../terminal.ts'

interface OrphansOptions extends CommonOptions, Omit<ListingOptions, 'json'> {}
type ActOptions = Pick<ChangeOptions, 'reason' | 'preview' | 'all'> & CommonOptions

/** `curia plugins`, with `orphans`, `take-over` and `remove` behind it. */
export function pluginsCommand(run: Run): Command {
  const command = connecting(
    new Command('plugins').description('plugins that are active or have left records; behind it orphans, take-over, remove'),
  ).action(
    run(async (terminal, options: CommonOptions) => {
      await connected(options, async ({ client }) => {
        const answer = await client.plugins()
        if (options.json === true) {
          sayJson(terminal, answer)
          return
        }
        const rows = answer.items.map(({ name, active, records, description }) => {
          const counts = Object.entries(records).map(([table, count]) => counted(count ?? 0, table))
          return [name, active ? 'active' : 'not active here', counts.join(', '), description]
        })
        new Columns(terminal).say(rows)
        terminal.note(`${counted(rows.length, 'plugin')}, at revision ${answer.revision}`)
      })
      return exit.done
    }),
  )
  command.enablePositionalOptions()
  command.addCommand(
    connecting(new Command('orphans').description('the records that a plugin left which is not active').argument('<plugin>', 'its name'))
      .option('--limit <count>', 'one page of so many, at most 500', wholeOption)
      .option('--cursor <cursor>', 'where that page begins')
      .action(
        run(async (terminal, plugin: string, options: OrphansOptions) => {
          await connected(options, ({ client }) =>
            sayList(
              terminal,
              options,
              ['orphan', 'orphans'],
              (page) => client.orphans({ plugin, ...page }),
              (orphan: AnswerOf<'orphans'>['items'][number]) => [orphan.record, orphan.name],
            ),
          )
          return exit.done
        }),
      ),
  )
  command.addCommand(acting('take-over', 'makes what a plugin left our own', 'takeOverOrphans', run))
  command.addCommand(acting('remove', 'deletes what a plugin left', 'removeOrphans', run))
  return command
}

function acting(word: string, description: string, endpoint: 'takeOverOrphans' | 'removeOrphans', run: Run): Command {
  const command = new Command(word)
    .description(`${description}: all of it, or the records that are named`)
    .argument('<plugin>', 'its name')
    .argument('[records...]', 'as `curia plugins orphans` names them')
  return changing(command).action(
    run((terminal, plugin: string, records: readonly string[], options: ActOptions) =>
      connected(options, async ({ client }): Promise<ExitStatus> => {
        const { reason } = options
        const wish = { plugin, ...(records.length === 0 ? {} : { records }), ...(reason === undefined ? {} : { changeReason: reason }) }
        if (options.preview === true) {
          const preview = await client[endpoint]({ ...wish, preview: true })
          if (options.json === true) sayJson(terminal, preview)
          else {
            tellEffect(terminal, preview.effect, preview.names, options)
            terminal.note('nothing was changed')
          }
          return exit.done
        }
        return tell(terminal, await client[endpoint](wish), options)
      }),
    ),
  )
}

function tell(
  terminal: Terminal,
  written: { readonly revision: number; readonly records: readonly (readonly string[])[] },
  options: ActOptions,
): ExitStatus {
  if (options.json === true) sayJson(terminal, written)
  else terminal.say(`done at revision ${written.revision}: ${counted(new Set(written.records.flat()).size, 'record')}`)
  return exit.done
}
