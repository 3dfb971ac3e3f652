/** `curia users` and `curia groups`: the records, page by page, and one by one. */

import { Command } from 'commander'
import type { AnswerOf } from '../../api/client.ts'
import type { Run } from '../command.ts'
import { connected } from '../connection.ts'
import { exit } from '../exit.ts'
import { sayList } from '../listing.ts'
import type { RecordKind } from '../record-commands.ts'
import { withRecordCommands } from '../record-commands.ts'
import type { RecordsOptions } from './records.ts'
import { filtersOf, firstFound, ifThere, listing } from './records.ts'

interface UsersOptions extends RecordsOptions {
  readonly status?: 'active' | 'inactive' | 'pending'
}

interface GroupsOptions extends RecordsOptions {
  readonly parent?: string
  readonly type?: string
}

const users: RecordKind = {
  one: 'user',
  table: 'user',
  key: 'id',
  called: 'its id or user name',
  find: (client, name) =>
    firstFound(
      () => ifThere(() => client.user({ key: name })),
      async () => (await client.users({ userName: name })).items,
    ),
}

const groups: RecordKind = {
  one: 'group',
  table: 'group',
  key: 'id',
  called: 'its id, codename or name',
  find: (client, name) =>
    firstFound(
      () => ifThere(() => client.group({ key: name })),
      async () => (await client.groups({ codename: name })).items,
      async () => (await client.groups({ name })).items,
    ),
}

/** `curia users`. */
export function usersCommand(run: Run): Command {
  const command = listing(new Command('users').description('all users; behind it show, create, update, delete')).option(
    '--status <status>',
    'only active, inactive or pending ones',
  )
  command.action(
    run(async (terminal, options: UsersOptions) => {
      const filters = { ...filtersOf(options), ...(options.status === undefined ? {} : { status: options.status }) }
      await connected(options, ({ client }) =>
        sayList(terminal, options, ['user', 'users'], (page) => client.users({ ...filters, ...page }), cellsOfUser),
      )
      return exit.done
    }),
  )
  return withRecordCommands(command, users, run)
}

function cellsOfUser(user: AnswerOf<'users'>['items'][number]): readonly (string | undefined)[] {
  const full = [user.firstName, user.lastName].filter((part) => part !== undefined).join(' ')
  return [user.id, user.userName, user.displayName ?? full, user.emails[0], user.status === 'active' ? undefined : user.status]
}

/** `curia groups`. */
export function groupsCommand(run: Run): Command {
  const command = listing(
    new Command('groups').description('all groups, with the names of those above them; behind it show, create, update, delete'),
  )
    .option('--parent <group>', 'only those right below this one')
    .option('--type <type>', 'only those of this group type')
  command.action(
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
  return withRecordCommands(command, groups, run)
}

function cellsOfGroup(group: AnswerOf<'groups'>['items'][number]): readonly (string | undefined)[] {
  const until = group.expiresAt === undefined ? '' : `until ${group.expiresAt}`
  return [group.id, group.fullName, group.type, group.active ? until : 'inactive']
}
