/** `curia tenants`: the tenants beside `main`, and the ways to be the first to enter one. */

import { Command, Option } from 'commander'
import type { AnswerOf, Client } from '../../api/client.ts'
import type { Change, TenantEntry } from '../../core/index.ts'
import { mainTenant, tenantEntries } from '../../core/index.ts'
import type { ChangeOptions } from '../change.ts'
import type { CommonOptions, Run } from '../command.ts'
import { connecting, sayJson } from '../command.ts'
import type { Connection } from '../connection.ts'
import { connected } from '../connection.ts'
import type { ExitStatus } from '../exit.ts'
import { exit } from '../exit.ts'
import { sayList } from '../listing.ts'
import type { RecordKind } from '../record-commands.ts'
import { withRecordCommands } from '../record-commands.ts'
import type { Terminal } from '../terminal.ts'
import type { RecordsOptions } from './records.ts'
import { filtersOf, ifThere, listing } from './records.ts'

interface EntryOptions {
  readonly entry?: TenantEntry
}

const tenants: RecordKind = {
  one: 'tenant',
  table: 'tenant',
  key: 'id',
  isNamed: true,
  tenant: mainTenant,
  called: 'its id',
  find: (client, id) => ifThere(() => client.tenant({ key: id })),
  create: createTenant,
}

/** `curia tenants`. */
export function tenantsCommand(run: Run): Command {
  const list = listing(new Command('tenants').description('all tenants beside main; behind it show, create, update, open, delete')).action(
    run(async (terminal, options: RecordsOptions) => {
      await connected({ ...options, tenant: mainTenant }, ({ client }) =>
        sayList(terminal, options, ['tenant', 'tenants'], (page) => client.tenants({ ...filtersOf(options), ...page }), cellsOfTenant),
      )
      return exit.done
    }),
  )
  const command = withRecordCommands(list, tenants, run)
  command.commands.find((each) => each.name() === 'create')?.addOption(entryOption())
  const open = new Command('open')
    .description('makes another way to be the first to enter a tenant that nobody administers yet; the one before is over')
    .argument('<tenant>', 'its id')
    .addOption(entryOption())
    .option('--reason <text>', 'why; stands in the journal')
  command.addCommand(
    connecting(open).action(
      run((terminal, id: string, { entry, reason, ...options }: CommonOptions & EntryOptions & Pick<ChangeOptions, 'reason'>) =>
        connected({ ...options, tenant: mainTenant }, async (connection) => {
          const asked = { ...(entry === undefined ? {} : { entry }), ...(reason === undefined ? {} : { changeReason: reason }) }
          const way = await connection.client.openTenant({ key: id, ...asked })
          if (options.json === true) sayJson(terminal, way)
          else tellWay(terminal, id, way, connection)
          return exit.done
        }),
      ),
    ),
  )
  return command
}

function entryOption(): Option {
  return new Option('--entry <way>', 'how it is first entered: by whoever claims it, or with a key (default: claim)').choices(tenantEntries)
}

function cellsOfTenant({ id, name, description, active }: AnswerOf<'tenants'>['items'][number]) {
  return [id, name === id ? '' : name, description ?? '', active ? '' : 'switched off']
}

async function createTenant(
  terminal: Terminal,
  client: Client,
  change: Change,
  options: ChangeOptions & EntryOptions,
  connection: Connection,
): Promise<ExitStatus> {
  if (change.kind !== 'tenant.create') throw new Error(`${change.kind} makes no tenant`)
  const { kind: _kind, ...wish } = change
  const { entry, reason, expectedRevision } = options
  const asked = {
    ...wish,
    ...(entry === undefined ? {} : { entry }),
    ...(reason === undefined ? {} : { changeReason: reason }),
    ...(expectedRevision === undefined ? {} : { expectedRevision }),
  }
  if (options.preview === true) {
    await client.createTenant({ ...asked, preview: true })
    terminal.note('nothing was changed')
    return exit.done
  }
  const { wayIn, ...made } = await client.createTenant(asked)
  if (options.json === true) sayJson(terminal, wayIn === undefined ? made : { ...made, wayIn })
  else {
    terminal.note(`made the tenant ${made.id}`)
    if (wayIn !== undefined) tellWay(terminal, made.id, wayIn, connection)
  }
  return exit.done
}

/** The way alone on standard output, so that a script can take it. */
function tellWay(terminal: Terminal, id: string, way: AnswerOf<'openTenant'>, { configuration }: Connection): void {
  if (way.way === 'key') {
    terminal.note(`the API key of the administrator of ${id}; it is shown this once:`)
    terminal.say(way.key)
    return
  }
  terminal.note(`whoever opens this address first becomes the administrator of ${id}; it is shown this once, and good for one hour:`)
  // On the database itself no server was called whose address could be told.
  const home = configuration === undefined ? undefined : (configuration.publicUrl ?? `http://${configuration.host}:${configuration.port}`)
  terminal.say(home === undefined ? way.address : `${home}/t/${id}/claim#${way.token}`)
}
