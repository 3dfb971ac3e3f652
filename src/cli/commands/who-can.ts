/** `curia who-can`: everybody who may do something, and nobody else. */

import { Command } from 'commander'
import type { PrincipalReference } from '../../core/index.ts'
import type { CommonOptions, MomentOptions, Run } from '../command.ts'
import { atMoment, connecting, jsonOption, momentOf, wholeOption } from '../command.ts'
import { connected } from '../connection.ts'
import { answering, exit } from '../exit.ts'
import type { ListingOptions } from '../listing.ts'
import { sayList } from '../listing.ts'

interface WhoCanOptions extends CommonOptions, MomentOptions, Omit<ListingOptions, 'json'> {
  readonly context?: ReturnType<typeof jsonOption>
}

/** `curia who-can ACTION [RESOURCE]`. */
export function whoCanCommand(run: Run): Command {
  const command = new Command('who-can')
    .description('every active user and service account that may do this, and nobody else')
    .argument('<action>', "an action of the resource's type, or a permission")
    .argument('[resource]', '<type>:<id>; without one the tenant')
    .option('--context <json>', 'what is known of the moment, for conditions', jsonOption)
    .option('--limit <count>', 'one page of so many', wholeOption)
    .option('--cursor <cursor>', 'where that page begins')
  return connecting(atMoment(command)).action(
    run(async (terminal, action: string, resource: string | undefined, options: WhoCanOptions) => {
      const question = {
        action,
        ...(resource === undefined ? {} : { resource }),
        ...momentOf(options),
        ...(options.context === undefined ? {} : { context: options.context }),
      }
      await connected(options, ({ client }) =>
        answering(() =>
          sayList(
            terminal,
            options,
            ['subject', 'subjects'],
            (page) => client.searchSubjects({ ...question, ...page }),
            (item: PrincipalReference, { names }) => [item, names[item]],
          ),
        ),
      )
      return exit.done
    }),
  )
}
