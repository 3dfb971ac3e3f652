/** `curia journal`, `curia undo` and `curia verify`: what was changed, taking it back, and whether the record of it is whole. */

import { Command } from 'commander'
import type { AnswerOf } from '../../api/client.ts'
import type { Instant } from '../../core/index.ts'
import type { ChangeOptions } from '../change.ts'
import { change, changing } from '../change.ts'
import type { CommonOptions, Run } from '../command.ts'
import { connecting, instantOption, sayJson, wholeOption } from '../command.ts'
import { connected } from '../connection.ts'
import { exit } from '../exit.ts'
import type { Terminal } from '../terminal.ts'

interface JournalOptions extends CommonOptions {
  readonly limit?: number
  readonly all?: boolean
  readonly record?: string
  readonly actor?: string
  readonly origin?: string
  readonly kind?: string
  readonly from?: Instant
  readonly until?: Instant
  readonly before?: number
  readonly after?: number
}

type Entry = AnswerOf<'journal'>['items'][number]

/** Entries said unless told otherwise, and entries fetched at once. */
const usualCount = 20
const pageSize = 200

/** `curia journal`: newest first. */
export function journalCommand(run: Run): Command {
  const command = new Command('journal')
    .description('what was changed, newest first')
    .option('--limit <count>', `so many change sets (default: ${usualCount})`, wholeOption)
    .option('--all', 'to the very first')
    .option('--record <reference>', 'only those that touch this record: user:ada, group:consuls, legion:4')
    .option('--actor <actor>', 'only those of this actor')
    .option('--origin <origin>', 'only those of this origin')
    .option('--kind <kind>', 'only those that hold a change of this kind: group.move, grant.create ...')
    .option('--from <time>', 'from this moment on', instantOption)
    .option('--until <time>', 'before this moment', instantOption)
    .option('--before <revision>', 'below this revision', wholeOption)
    .option('--after <revision>', 'above this revision', wholeOption)
  return connecting(command).action(
    run(async (terminal, options: JournalOptions) => {
      const { record, actor, origin, kind, from, until, after } = options
      const filters = {
        ...(record === undefined ? {} : { record }),
        ...(actor === undefined ? {} : { actor }),
        ...(origin === undefined ? {} : { origin }),
        ...(kind === undefined ? {} : { kind }),
        ...(from === undefined ? {} : { from }),
        ...(until === undefined ? {} : { until }),
        ...(after === undefined ? {} : { after }),
      }
      const wanted = options.all === true ? Number.POSITIVE_INFINITY : (options.limit ?? usualCount)
      await connected(options, async ({ client }) => {
        const collected: Entry[] = []
        let { before } = options
        let said = 0
        let more = true
        while (more && said < wanted) {
          const page = await client.journal({
            ...filters,
            limit: Math.min(pageSize, wanted - said),
            ...(before === undefined ? {} : { before }),
          })
          said += page.items.length
          if (options.json === true) collected.push(...page.items)
          else for (const entry of page.items) tellEntry(terminal, entry)
          before = page.next
          more = page.next !== undefined
        }
        const next = more && before !== undefined ? before : undefined
        if (options.json === true) sayJson(terminal, { items: collected, ...(next === undefined ? {} : { next }) })
        else if (next !== undefined) terminal.note(`older ones follow: --before ${next}, or --all`)
        else if (said === 0) terminal.note('no change set')
      })
      return exit.done
    }),
  )
}

/** Change sets of an import may hold thousands of records; each kind is told with its first few. */
const recordsSaid = 3

function tellEntry(terminal: Terminal, { revision, time, actor, origin, reason, changes, names }: Entry): void {
  const who = names[actor] === undefined ? actor : `${names[actor]} (${actor})`
  const from = origin === 'local' ? '' : ` as ${origin}`
  terminal.say(`${revision}  ${time}  ${who}${from}${reason === undefined ? '' : `: ${reason}`}`)
  const byKind = new Map<string, { count: number; readonly records: string[] }>()
  for (const { kind, records } of changes) {
    const told = byKind.get(kind) ?? { count: 0, records: [] }
    byKind.set(kind, told)
    told.count += 1
    const [first] = records
    if (first !== undefined && told.records.length < recordsSaid)
      told.records.push(records.map((record) => (names[record] === undefined ? record : `${record} (${names[record]})`)).join(' '))
  }
  for (const [kind, { count, records }] of byKind) {
    const rest = count > records.length ? `${records.length === 0 ? '' : ', '}${count} in all` : ''
    terminal.say(`    ${kind}  ${records.join(', ')}${rest}`)
  }
}

/** `curia undo REVISION`. */
export function undoCommand(run: Run): Command {
  const command = new Command('undo')
    .description('takes a whole change set back, by a new one')
    .argument('<revision>', 'the revision that the change set made', wholeOption)
  return changing(command).action(
    run((terminal, revision: number, options: ChangeOptions) =>
      connected(options, ({ client }) => change(terminal, client, [{ kind: 'undo', revision }], options)),
    ),
  )
}

/** `curia verify`: ends with 1 when the journal is broken. */
export function verifyCommand(run: Run): Command {
  return connecting(new Command('verify').description('walks the whole journal and computes every hash anew')).action(
    run(async (terminal, options: CommonOptions) => {
      const verification = await connected(options, ({ client }) => client.verifyJournal())
      if (options.json === true) sayJson(terminal, verification)
      else if (verification.intact) terminal.say(`the journal is whole up to revision ${verification.revision}, hash ${verification.hash}`)
      else terminal.say(`the journal is broken at revision ${verification.revision}: ${verification.reason}`)
      return verification.intact ? exit.done : exit.no
    }),
  )
}
