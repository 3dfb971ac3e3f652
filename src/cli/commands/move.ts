/** `curia move`: a group to another place in the hierarchy. */

import { Command } from 'commander'
import type { ChangeOptions } from '../change.ts'
import { change, changing } from '../change.ts'
import type { Run } from '../command.ts'
import { connected } from '../connection.ts'
import { WrongUse } from '../exit.ts'

interface MoveOptions extends ChangeOptions {
  readonly root?: boolean
}

/** `curia move GROUP PARENT`, or `curia move GROUP --root`. */
export function moveCommand(run: Run): Command {
  const command = new Command('move')
    .description('puts the group below another one, with all that is below it; who is in it does not change')
    .argument('<group>', 'the id of a group')
    .argument('[parent]', 'the group that it goes below')
    .option('--root', 'it goes below none')
  return changing(command).action(
    run((terminal, group: string, parent: string | undefined, options: MoveOptions) => {
      if ((parent === undefined) !== (options.root === true)) throw new WrongUse('name the parent, or say --root')
      const to = parent === undefined ? null : parent.replace(/^group:/, '')
      return connected(options, ({ client }) =>
        change(terminal, client, [{ kind: 'group.move', id: group.replace(/^group:/, ''), parent: to }], options),
      )
    }),
  )
}
