/** `curia import-settings`: the settings of a Django project that used a group manager, key by key in our words. */

import { basename } from 'node:path'
import { Command } from 'commander'
import type { GroupManagerSettings } from '../../formats/index.ts'
import type { ChangeOptions } from '../change.ts'
import { change, changing } from '../change.ts'
import type { Run } from '../command.ts'
import { jsonText, sayJson } from '../command.ts'
import { connected } from '../connection.ts'
import { exit } from '../exit.ts'
import type { Terminal } from '../terminal.ts'
import { Columns } from '../terminal.ts'

/** `curia import-settings FILE`. */
export function importSettingsCommand(run: Run): Command {
  const command = new Command('import-settings')
    .description('reads GROUPS_MANAGER settings, tells what each becomes, and makes their policy that of the tenant')
    .argument('<file>', 'JSON, YAML, or the dictionary as it stands in a Python file')
  return changing(command).action(
    run(async (terminal, path: string, options: ChangeOptions) => {
      // Loaded when it is needed, as for every file.
      const { readBounded, readGroupManagerSettings } = await import('../../formats/index.ts')
      const settings = await readGroupManagerSettings({ text: await readBounded(path), name: basename(path) })
      if (options.json === true) {
        sayJson(terminal, settings)
        if (options.preview === true) return exit.done
      } else tell(terminal, settings)
      if (Object.keys(settings.policy).length === 0) {
        terminal.note('they say nothing about permissions: the policy of the tenant stays as it is')
        return exit.done
      }
      const reason = options.reason ?? `the settings of ${basename(path)}`
      const changes = [{ kind: 'settings.update', policy: settings.policy }] as const
      return connected(options, ({ client }) => change(terminal, client, changes, { ...options, reason }))
    }),
  )
}

const outcomes = { mapped: '', mapped_with_difference: 'with a difference', without_equal: 'no equal' } as const

function tell(terminal: Terminal, { lines, target }: GroupManagerSettings): void {
  new Columns(terminal).say(lines.map(({ key, outcome, to, reason }) => [key, to ?? '-', outcomes[outcome], reason]))
  if (target === undefined) return
  terminal.say('')
  terminal.say('for the configuration, with the database of the project put in:')
  terminal.say('')
  terminal.say('targets:')
  terminal.say(`  - ${jsonText({ name: 'django', ...target, database: '<sqlite:path or postgres://...>' })}`)
}
