/** `list`, `show`, `create`, `update` and `delete` of one kind of record. */

import { Command } from 'commander'
import type { Client } from '../api/client.ts'
import type { Change, ChangeKind, JsonObject } from '../core/index.ts'
import { CuriaError, refuse } from '../core/index.ts'
import type { ChangeOptions } from './change.ts'
import { change, changing } from './change.ts'
import type { CommonOptions, Run } from './command.ts'
import { connecting, jsonText, sayJson } from './command.ts'
import type { Connection } from './connection.ts'
import { connected } from './connection.ts'
import type { ExitStatus } from './exit.ts'
import { exit } from './exit.ts'
import type { GivenOptions } from './record-options.ts'
import { changeFrom, withClearing, withFields } from './record-options.ts'
import type { Terminal } from './terminal.ts'
import { Columns } from './terminal.ts'

/** What there is to know of a kind of record. */
export interface RecordKind {
  /** What one is called: `user`. */
  readonly one: string
  /** The first word of its changes. */
  readonly table: 'user' | 'group' | 'role' | 'permission' | 'api-key' | 'tenant'
  /** The field by which a record is called; of a role and a permission it is the argument of `create` too. */
  readonly key: 'id' | 'codename' | 'name'
  /** The id is chosen by whoever makes one, and is the argument of `create`. */
  readonly isNamed?: true
  /** The one tenant that has such records. */
  readonly tenant?: string
  /** What a record is found by, for the help. */
  readonly called: string
  /** Finds the records that are called so. */
  readonly find: (client: Client, name: string) => Promise<readonly object[]>
  /** Fields that nobody says: every record of the kind has them, or the server makes them. */
  readonly fixed?: { readonly [field: string]: string }
  /** Makes one in another way than by the change alone. */
  readonly create?: (
    terminal: Terminal,
    client: Client,
    change: Change,
    options: ChangeOptions,
    connection: Connection,
  ) => Promise<ExitStatus>
}

/**
 * Adds the commands to the one that lists. They are found behind its name, `curia users show ada`; so its own options stand before them.
 */
export function withRecordCommands(list: Command, kind: RecordKind, run: Run): Command {
  const { table, key, one } = kind
  const fixed = Object.keys(kind.fixed ?? {})
  const isNamed = key !== 'id' || kind.isNamed === true
  const argued = isNamed ? [key] : []
  const inTenant = <T extends CommonOptions>(options: T): T => (kind.tenant === undefined ? options : { ...options, tenant: kind.tenant })
  const described = `<${one}>`
  list.enablePositionalOptions()
  list.addCommand(
    connecting(new Command('show').description(`one ${one} with all its fields`).argument(described, kind.called)).action(
      run(async (terminal, name: string, options: CommonOptions) => {
        await connected(inTenant(options), async ({ client }) => say(terminal, await theOne(kind, client, name), options))
        return exit.done
      }),
    ),
  )
  const creating = new Command('create').description(`makes a ${one}`)
  if (isNamed) creating.argument(`<${key}>`, `its ${key}`)
  const create = (terminal: Terminal, known: GivenOptions, options: ChangeOptions & GivenOptions) => {
    const made = changeFrom(`${table}.create`, options, { ...kind.fixed, ...known })
    return connected(inTenant(options), (connection) => (kind.create ?? changeOnly)(terminal, connection.client, made, options, connection))
  }
  const withMade = changing(withFields(creating, `${table}.create`, [...argued, ...fixed]))
  list.addCommand(
    !isNamed
      ? withMade.action(run((terminal, options: ChangeOptions & GivenOptions) => create(terminal, {}, options)))
      : withMade.action(run((terminal, name: string, options: ChangeOptions & GivenOptions) => create(terminal, { [key]: name }, options))),
  )
  const updating = withFields(
    new Command('update').description(`changes what the options name of a ${one}`).argument(described, kind.called),
    `${table}.update`,
    [key, ...fixed],
  )
  list.addCommand(
    changing(withClearing(updating)).action(
      run((terminal, name: string, options: ChangeOptions & GivenOptions) =>
        connected(inTenant(options), async ({ client }) => {
          const known = { [key]: keyIn(await theOne(kind, client, name), key) }
          return change(terminal, client, [changeFrom(`${table}.update`, options, known)], options)
        }),
      ),
    ),
  )
  const deletion: ChangeKind = `${table}.delete`
  const deleting = withFields(
    new Command('delete').description(`deletes a ${one}, and what cannot be without it`).argument(described, kind.called),
    deletion,
    [key],
  )
  list.addCommand(
    changing(deleting).action(
      run((terminal, name: string, options: ChangeOptions & GivenOptions) =>
        connected(inTenant(options), async ({ client }) => {
          const known = { [key]: keyIn(await theOne(kind, client, name), key) }
          return change(terminal, client, [changeFrom(deletion, options, known)], options)
        }),
      ),
    ),
  )
  return list
}

function changeOnly(terminal: Terminal, client: Client, made: Change, options: ChangeOptions): Promise<ExitStatus> {
  return change(terminal, client, [made], options)
}

/** The one record that is called so. */
async function theOne(kind: RecordKind, client: Client, name: string): Promise<object> {
  const text = name.startsWith(`${kind.table}:`) ? name.slice(kind.table.length + 1) : name
  const found = await kind.find(client, text)
  const [first] = found
  if (first === undefined) throw new CuriaError(refuse('not_found', { reference: `${kind.table}:${text}` }))
  if (found.length === 1) return first
  const ids = found.map((record) => `${kind.table}:${keyIn(record, kind.key)}`)
  throw new CuriaError(refuse('invalid_parameter', { field: kind.one, reason: `can be ${ids.join(' or ')}; write one of these` }))
}

function keyIn(record: object, key: string): string {
  return String(Object.entries(record).find(([field]) => field === key)?.[1])
}

/** A field a line; what is nested as JSON. */
function say(terminal: Terminal, record: object, { json }: CommonOptions): void {
  if (json === true) {
    sayJson(terminal, record)
    return
  }
  new Columns(terminal).say(Object.entries(record).map(([field, value]) => [field, wordsOf(value)]))
}

function wordsOf(value: JsonObject[string] | undefined): string {
  if (Array.isArray(value)) return value.map((each) => (typeof each === 'string' ? each : jsonText(each))).join(', ')
  return typeof value === 'object' ? jsonText(value) : String(value)
}
