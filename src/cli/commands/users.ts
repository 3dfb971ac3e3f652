/** `curia users` and `curia groups`: the records, page by page. */

import { Command } from 'commander'
import type { AnswerOf } from '../../api/client.ts'
import type { CommonOptions, Run } from '../command.ts'
import { connecting, wholeOption } from '../command.ts'
import { connected } from '../connection.ts'
import { exit } from '../exit.ts'
import type { ListingOptions } from '../listing.ts'
import { sayList } from '../listing.ts'

interface RecordsOptions extends CommonOptions, Omit<ListingOptions, 'json'> {
  readonly search?: string
  readonly origin?: string
}

interface UsersOptions extends RecordsOptions {
  readonly status?: 'active' | 'inactive' | 'pending'
}

interface GroupsOptions extends RecordsOptions {
  readonly parent?: string
  readonly type?: string
}

function listing(command: Command): Command {
  return connecting(command)
    .option('--search <text>', 'only those whose names, addresses or id hold this')
    .option('--origin <origin>', 'only those of this origin: local, source:<name>, ...')
    .option('--limit <count>', 'one page of so many, at most 500', wholeOption)
    .option('--cursor <cursor>', 'where that page begins')
}

function filtersOf({ search, origin }: RecordsOptions) {
  return { ...(search === undefined ? {} : { q: search }), ...(origin === undefined ? {} : { origin }) }
}

/** `curia users`. */
export function usersCommand(run: Run): Command {
  const command = listing(new Command('users').description('all users')).option(
    '--status <status>',
    'only active, inactive or pending ones',
  )
  return command.action(
    run(async (terminal, options: UsersOptions) => {
      const filters = { ...filtersOf(options), ...(options.status === undefined ? {} : { status: options.status }) }
      await connected(options, ({ client }) =>
        sayList(terminal, options, ['user', 'users'], (page) => client.users({ ...filters, ...page }), cellsOfUser),
      )
      return exit.done
    }),
  )
}

function cellsOfUser(user: AnswerOf<'users'>['items'][number]): readonly (string | undefined)[] {
  const full = [user.firstName, user.lastName].filter((part) => part !== undefined).join(' ')
  return [user.id, user.userName, user.displayName ?? full, user.emails[0], user.status === 'active' ? undefined : user.status]
}

/** `curia groups`. */
export function groupsCommand(run: Run): Command {
  const command = listing(new Command('groups').description('all groups, with the names of those above them'))
    .option('--parent <group>', 'only those right below this one')
    .option('--type <type>', 'only those of this group type')
  return command.action(
    run(async (terminal, options: GroupsOptions) => {
      const { parent, type } = options
      const filters = {
        ...filtersOf(options),
        ...(parent === undefined ? {} : { parent: parent.replace(/^group:/, '') }),
        ...(type === undefined ? {} : { type }),
      }
      await connected(options, ({ client }) =>
        sayList(terminal, options, ['group', 'groups'], (page) => client.groups({ ...filters, ...page }), cellsOfGroup),
      )
      return exit.done
    }),
  )
}

function cellsOfGroup(group: AnswerOf<'groups'>['items'][number]): readonly (string | undefined)[] {
  const until = group.expiresAt === undefined ? '' : `until ${group.expiresAt}`
  return [group.id, group.fullName, group.type, group.active ? until : 'inactive']
}
