/** `curia doctor`: whether everything is in order, and how much there is. */

import { existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Command } from 'commander'
import type { Client } from '../../api/client.ts'
import type { CommonOptions, Run } from '../command.ts'
import { connecting, sayJson } from '../command.ts'
import type { Connection } from '../connection.ts'
import { connected, databaseFile } from '../connection.ts'
import { exit } from '../exit.ts'
import { Columns } from '../terminal.ts'

/** One thing that was looked at. */
interface Finding {
  readonly what: string
  readonly found: string
  readonly fine: boolean
}

/** The oldest Node that the package runs on, as in package.json. */
const oldestNode = [20, 19] as const
/** Less room than this on the disk is told. */
const leastRoomBytes = 1024 ** 3

/** `curia doctor`: ends with 1 when something is not in order. */
export function doctorCommand(run: Run): Command {
  return connecting(new Command('doctor').description('looks at the program, the store and the journal, and counts what is there')).action(
    run(async (terminal, options: CommonOptions) => {
      const { findings, figures, index } = await connected(options, async (connection) => {
        const index = await connection.client.index()
        const findings = [node(), ...store(connection), await journal(connection.client), started(index), kept(index)]
        return { findings, figures: await figuresOf(connection.client), index }
      })
      const isFine = findings.every((finding) => finding.fine)
      if (options.json === true) sayJson(terminal, { fine: isFine, findings, figures, index })
      else {
        const columns = new Columns(terminal)
        columns.say(findings.map(({ what, found, fine }) => [fine ? 'ok' : 'BAD', what, found]))
        columns.say(Object.entries(figures).map(([what, count]) => ['', what, String(count)]))
        columns.say(memory(index))
      }
      return isFine ? exit.done : exit.no
    }),
  )
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [wantedMajor, wantedMinor] = oldestNode
  const fine = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
  return { what: 'node', found: `${process.versions.node}${fine ? '' : `, at least ${oldestNode.join('.')} is needed`}`, fine }
}

function store({ place, configuration }: Connection): readonly Finding[] {
  if (configuration === undefined) return [{ what: 'server', found: place, fine: true }]
  // Opening a database has read every setting that matters, and refused one under which an acknowledged commit could be lost.
  if (/^postgres/.test(place)) return [{ what: 'store', found: `${place}: shared, every commit on the disk before it counts`, fine: true }]
  const file = databaseFile(configuration)
  if (file === undefined || !existsSync(file)) return [{ what: 'store', found: place, fine: true }]
  const { size, mode } = statSync(file)
  const isPrivate = (mode & 0o077) === 0
  const { bavail, bsize } = statfsSync(dirname(file))
  const room = bavail * bsize
  return [
    { what: 'store', found: `${place}: ours alone, every commit on the disk before it counts`, fine: true },
    { what: 'size', found: `${megabytes(size)} in the file, ${megabytes(room)} free on the disk`, fine: room >= leastRoomBytes },
    {
      what: 'rights',
      found: isPrivate ? 'readable by its owner alone' : `others may open ${file}; take that away with chmod 600`,
      fine: isPrivate,
    },
  ]
}

async function journal(client: Client): Promise<Finding> {
  const verification = await client.verifyJournal()
  const found = verification.intact
    ? `whole up to revision ${verification.revision}`
    : `broken at revision ${verification.revision}: ${verification.reason}`
  return { what: 'journal', found, fine: verification.intact }
}

async function figuresOf(client: Client): Promise<{ readonly [what: string]: number }> {
  const first = { limit: 1 } as const
  return {
    users: (await client.users(first)).total,
    'service accounts': (await client.serviceAccounts(first)).total,
    groups: (await client.groups(first)).total,
    roles: (await client.roles(first)).total,
    'resource types': (await client.resourceTypes(first)).total,
    resources: (await client.resources(first)).total,
    grants: (await client.grants(first)).total,
    assignments: (await client.assignments(first)).total,
    'API keys': (await client.apiKeys(first)).total,
  }
}

type Index = Awaited<ReturnType<Client['index']>>

function started({ start: { from, milliseconds, reason } }: Index): Finding {
  const source = from === 'file' ? 'the file of its snapshot' : 'the rows of the store'
  // A file that is not used is made anew; after an update of the program that is as it should be.
  const told = reason === undefined ? '' : `; the file of its snapshot was not used: ${reason}`
  return { what: 'start', found: `in ${milliseconds.toLocaleString('en')} ms from ${source}${told}`, fine: true }
}

function kept({ file, revision }: Index): Finding {
  if (file === undefined) return { what: 'file', found: 'none of the snapshot', fine: true }
  const minutes = Math.max(0, Math.round((Date.now() - Date.parse(file.writtenAt)) / 60_000))
  const behind = revision - file.revision
  const age = `${minutes.toLocaleString('en')} minutes old, at revision ${file.revision}${behind === 0 ? '' : `, ${behind} behind`}`
  return { what: 'file', found: `of the snapshot: ${megabytes(file.bytes)}, ${age}`, fine: true }
}

const tableWords = { reference: 'what rows name', user: 'users', hold: 'memberships', resource: 'resources', grant: 'grants' } as const

/** What the index takes, line by line. */
function memory({ tables, askers }: Index): readonly (readonly string[])[] {
  const line = (what: string, rows: number, bytes: number) => [
    '',
    `memory of ${what}`,
    `${megabytes(bytes)} for ${rows.toLocaleString('en')}`,
  ]
  return [
    ...tables.map(({ table, rows, bytes }) => line(tableWords[table], rows, bytes)),
    line('those who were asked about', askers.records, askers.bytes),
  ]
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2).toLocaleString('en')} MiB`
}
