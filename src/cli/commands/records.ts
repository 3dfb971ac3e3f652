/** `curia roles`, `curia permissions`, `curia domains` and `curia api-keys`: the records, page by page, and one by one. */

import { Command } from 'commander'
import type { AnswerOf, Client } from '../../api/client.ts'
import type { Change } from '../../core/index.ts'
import { CuriaError } from '../../core/index.ts'
import type { ChangeOptions } from '../change.ts'
import type { CommonOptions, Run } from '../command.ts'
import { connecting, sayJson, wholeOption } from '../command.ts'
import { connected } from '../connection.ts'
import type { ExitStatus } from '../exit.ts'
import { exit } from '../exit.ts'
import type { ListingOptions } from '../listing.ts'
import { sayList } from '../listing.ts'
import type { RecordKind } from '../record-commands.ts'
import { withRecordCommands } from '../record-commands.ts'
import type { Terminal } from '../terminal.ts'

/** What every list of records takes. */
export interface RecordsOptions extends CommonOptions, Omit<ListingOptions, 'json'> {
  readonly search?: string
  readonly origin?: string
}

/** Adds the options of a list of records. */
export function listing(command: Command): Command {
  return connecting(command)
    .option('--search <text>', 'only those whose names, addresses or id hold this')
    .option('--origin <origin>', 'only those of this origin: local, plugin:<name>, source:<name>, ...')
    .option('--limit <count>', 'one page of so many, at most 500', wholeOption)
    .option('--cursor <cursor>', 'where that page begins')
}

/** The part of a list's query that the options tell. */
export function filtersOf({ search, origin }: RecordsOptions) {
  return { ...(search === undefined ? {} : { q: search }), ...(origin === undefined ? {} : { origin }) }
}

/** The record, if there is one. */
export async function ifThere<T extends object>(get: () => Promise<T>): Promise<readonly T[]> {
  try {
    return [await get()]
  } catch (error) {
    if (error instanceof CuriaError && (error.code === 'not_found' || error.code === 'invalid_string')) return []
    throw error
  }
}

/** What the first of the ways finds that finds anything. */
export async function firstFound(...ways: readonly (() => Promise<readonly object[]>)[]): Promise<readonly object[]> {
  for (const way of ways) {
    const found = await way()
    if (found.length > 0) return found
  }
  return []
}

const roles: RecordKind = {
  one: 'role',
  table: 'role',
  key: 'codename',
  called: 'its codename',
  find: (client, name) => ifThere(() => client.role({ key: name })),
}

/** `curia roles`. */
export function rolesCommand(run: Run): Command {
  const command = listing(new Command('roles').description('all roles; behind it show, create, update, delete')).action(
    run(async (terminal, options: RecordsOptions) => {
      await connected(options, ({ client }) =>
        sayList(terminal, options, ['role', 'roles'], (page) => client.roles({ ...filtersOf(options), ...page }), cellsOfRole),
      )
      return exit.done
    }),
  )
  return withRecordCommands(command, roles, run)
}

function cellsOfRole({ codename, label, permissions, includes, origin }: AnswerOf<'roles'>['items'][number]) {
  const included = includes.length === 0 ? '' : `includes ${includes.join(', ')}`
  return [codename, label === codename ? '' : label, permissions.join(', '), included, keptBy(origin)]
}

const permissions: RecordKind = {
  one: 'permission',
  table: 'permission',
  key: 'name',
  called: 'its name',
  find: (client, name) => ifThere(() => client.permission({ key: name })),
}

/** `curia permissions`. */
export function permissionsCommand(run: Run): Command {
  const command = listing(new Command('permissions').description('all permissions; behind it show, create, update, delete')).action(
    run(async (terminal, options: RecordsOptions) => {
      await connected(options, ({ client }) =>
        sayList(
          terminal,
          options,
          ['permission', 'permissions'],
          (page) => client.permissions({ ...filtersOf(options), ...page }),
          cellsOfPermission,
        ),
      )
      return exit.done
    }),
  )
  return withRecordCommands(command, permissions, run)
}

function cellsOfPermission({ name, label, permissionKind, condition, check, origin }: AnswerOf<'permissions'>['items'][number]) {
  const asks =
    check === undefined ? '' : `checked by ${[check.plugin, check.name].filter(Boolean).join('.')}(${check.arguments.join(', ')})`
  return [
    name,
    label,
    permissionKind === 'allow' ? '' : permissionKind,
    condition === undefined ? '' : `if ${condition}`,
    asks,
    keptBy(origin),
  ]
}

const domains: RecordKind = {
  one: 'domain',
  table: 'group',
  key: 'id',
  called: 'its id, codename or name',
  find: (client, name) =>
    firstFound(
      () => ifThere(() => client.domain({ key: name })),
      async () => (await client.domains({ codename: name })).items,
      async () => (await client.domains({ name })).items,
    ),
  fixed: { type: 'domain' },
}

/** `curia domains`. */
export function domainsCommand(run: Run): Command {
  const command = listing(new Command('domains').description('all domains; behind it show, create, update, delete')).action(
    run(async (terminal, options: RecordsOptions) => {
      await connected(options, ({ client }) =>
        sayList(terminal, options, ['domain', 'domains'], (page) => client.domains({ ...filtersOf(options), ...page }), cellsOfDomain),
      )
      return exit.done
    }),
  )
  return withRecordCommands(command, domains, run)
}

function cellsOfDomain({ id, name, contact, active, origin }: AnswerOf<'domains'>['items'][number]) {
  return [id, name, contact, active ? '' : 'inactive', keptBy(origin)]
}

const apiKeys: RecordKind = {
  one: 'api-key',
  table: 'api-key',
  key: 'id',
  called: 'its id, name or prefix',
  find: (client, name) =>
    firstFound(
      () => ifThere(() => client.apiKey({ key: name })),
      async () => (await client.apiKeys({ name })).items,
      async () => (await client.apiKeys({ prefix: name })).items,
    ),
  // The server makes both; what stands here is never sent.
  fixed: { prefix: 'new', hash: '0'.repeat(64) },
  create: createKey,
}

/** `curia api-keys`. */
export function apiKeysCommand(run: Run): Command {
  const command = listing(new Command('api-keys').description('all API keys; behind it show, create, update, delete')).action(
    run(async (terminal, options: RecordsOptions) => {
      await connected(options, ({ client }) =>
        sayList(terminal, options, ['key', 'keys'], (page) => client.apiKeys({ ...filtersOf(options), ...page }), cellsOfKey),
      )
      return exit.done
    }),
  )
  return withRecordCommands(command, apiKeys, run)
}

function cellsOfKey({ id, prefix, name, owner, scopes, active, expiresAt }: AnswerOf<'apiKeys'>['items'][number]) {
  const narrowed = scopes.length === 0 ? '' : `only ${scopes.join(', ')}`
  const ends = expiresAt === undefined ? 'never ends' : `until ${expiresAt}`
  return [id, name ?? prefix, owner, narrowed, active ? ends : 'inactive']
}

/** The server makes the secret, and tells it this once. */
async function createKey(terminal: Terminal, client: Client, change: Change, options: ChangeOptions): Promise<ExitStatus> {
  if (change.kind !== 'api-key.create') throw new Error(`${change.kind} makes no API key`)
  const { kind: _kind, prefix: _prefix, hash: _hash, ...wish } = change
  const why = options.reason === undefined ? {} : { changeReason: options.reason }
  if (options.preview === true) {
    await client.createApiKey({ ...wish, ...why, preview: true })
    terminal.note('nothing was changed')
    return exit.done
  }
  const made = await client.createApiKey({ ...wish, ...why })
  if (options.json === true) sayJson(terminal, made)
  else {
    terminal.note(`the key ${made.id} of ${made.owner}; it is shown this once:`)
    terminal.say(made.secret)
  }
  return exit.done
}

function keptBy(origin: string): string {
  return origin === 'local' ? '' : `kept by ${origin}`
}
