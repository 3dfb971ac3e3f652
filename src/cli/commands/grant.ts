/** `curia grant`, `curia deny` and `curia revoke`: one right for one subject, given, denied or taken back. */

import { Command } from 'commander'
import type { Effect, Instant } from '../../core/index.ts'
import type { ChangeOptions } from '../change.ts'
import { change, changing } from '../change.ts'
import type { Run } from '../command.ts'
import { instantOption, wordsOption } from '../command.ts'
import { connected } from '../connection.ts'
import { WrongUse } from '../exit.ts'

interface GrantOptions extends ChangeOptions {
  readonly role?: string
  readonly permission?: string
  readonly actions?: readonly string[]
  readonly from?: Instant
  readonly until?: Instant
  readonly condition?: string
  readonly id?: string
}

/** `curia grant SUBJECT [RESOURCE] --role | --permission | --actions`. */
export function grantCommand(run: Run): Command {
  return granting(run, 'allow', new Command('grant').description('gives the subject a role, a permission or actions'))
}

/** `curia deny SUBJECT [RESOURCE] --role | --permission | --actions`: a denial wins over every grant. */
export function denyCommand(run: Run): Command {
  return granting(run, 'deny', new Command('deny').description('denies the subject a role, a permission or actions; wins over every grant'))
}

function granting(run: Run, effect: Effect, described: Command): Command {
  const command = described
    .argument('<subject>', 'user:ada, group:consuls, group:consuls#manager, group:consuls^descendants, authenticated, everyone ...')
    .argument('[resource]', '<type>:<id>, and what lies below it; without one the tenant, and so everything')
    .option('--role <codename>', 'a role')
    .option('--permission <name>', 'a permission, such as folder.edit or chat.export')
    .option('--actions <actions>', "actions of the resource's type, with commas", wordsOption)
    .option('--from <time>', 'from then on', instantOption)
    .option('--until <time>', 'until then', instantOption)
    .option('--condition <expression>', 'only where this CEL expression is true')
    .option('--id <id>', 'the id of the grant')
  return changing(command).action(
    run(async (terminal, subject: string, resource: string | undefined, options: GrantOptions) => {
      const { role, permission, actions, from, until, condition, id, reason } = options
      if ([role, permission, actions].filter((what) => what !== undefined).length !== 1)
        throw new WrongUse('say what with exactly one of --role, --permission and --actions')
      const grant = {
        kind: 'grant.create',
        subject,
        effect,
        ...(resource === undefined ? {} : { resource }),
        ...(role === undefined ? {} : { role }),
        ...(permission === undefined ? {} : { permission }),
        ...(actions === undefined ? {} : { actions }),
        ...(from === undefined ? {} : { from }),
        ...(until === undefined ? {} : { until }),
        ...(condition === undefined ? {} : { condition }),
        ...(id === undefined ? {} : { id }),
        ...(reason === undefined ? {} : { reason }),
      } as const
      return connected(options, ({ client }) => change(terminal, client, [grant], options))
    }),
  )
}

/** `curia revoke GRANT`. */
export function revokeCommand(run: Run): Command {
  const command = new Command('revoke').description('takes one grant or denial back').argument('<grant>', 'its id')
  return changing(command).action(
    run((terminal, grant: string, options: ChangeOptions) =>
      connected(options, ({ client }) => change(terminal, client, [{ kind: 'grant.delete', id: grant.replace(/^grant:/, '') }], options)),
    ),
  )
}
