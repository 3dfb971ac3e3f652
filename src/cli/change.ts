/** A change from the command line: first its effect is told, then it is made on the very state that the effect was told of. */

import type { Command } from 'commander'
import type { AnswerOf, Client } from '../api/client.ts'
import type { Change } from '../core/index.ts'
import { CuriaError } from '../core/index.ts'
import type { CommonOptions } from './command.ts'
import { connecting, sayJson, wholeOption } from './command.ts'
import { tellEffect } from './effect.ts'
import type { ExitStatus } from './exit.ts'
import { exit } from './exit.ts'
import type { Terminal } from './terminal.ts'

export interface ChangeOptions extends CommonOptions {
  readonly reason?: string
  /** Only the effect. */
  readonly preview?: boolean
  /** Every line of the effect. */
  readonly all?: boolean
  readonly expectedRevision?: number
}

/** Adds the options of every command that changes something. */
export function changing(command: Command): Command {
  return connecting(command)
    .option('--reason <text>', 'why; stands in the journal')
    .option('--preview', 'tell who would gain and who would lose, and change nothing')
    .option('--all', 'list the whole effect, however long')
    .option('--expected-revision <revision>', 'refuse when somebody else has changed something since', wholeOption)
}

/** When somebody else writes between the effect and the change, both are done again, at most so often. */
const attempts = 5

/** Previews the changes, says the effect, makes them, says the revision. */
export async function change(terminal: Terminal, client: Client, changes: readonly Change[], options: ChangeOptions): Promise<ExitStatus> {
  const why = options.reason === undefined ? {} : { reason: options.reason }
  const expected = options.expectedRevision
  if (options.json === true) {
    const request = { changes, ...why, ...(expected === undefined ? {} : { expectedRevision: expected }) }
    sayJson(terminal, options.preview === true ? await client.changes({ ...request, preview: true }) : await client.changes(request))
    return exit.done
  }
  for (let attempt = 1; ; attempt++) {
    const preview = await client.changes({
      changes,
      ...why,
      preview: true,
      ...(expected === undefined ? {} : { expectedRevision: expected }),
      ...(options.all === true ? { effectLimit: 100_000 } : {}),
    })
    tellEffect(terminal, preview.effect, preview.names, options)
    if (options.preview === true) {
      terminal.note('nothing was changed')
      return exit.done
    }
    try {
      const written = await client.changes({ changes, ...why, expectedRevision: preview.revision })
      tellWritten(terminal, changes, written)
      return exit.done
    } catch (error) {
      const wasOvertaken = error instanceof CuriaError && error.code === 'revision_conflict'
      if (!wasOvertaken || expected !== undefined || attempt === attempts) throw error
      terminal.note('somebody else changed something meanwhile; the effect is now this:')
    }
  }
}

function tellWritten(terminal: Terminal, changes: readonly Change[], { revision, records, unchanged }: AnswerOf<'changes'>): void {
  if (unchanged) {
    terminal.say(`nothing to change, still at revision ${revision}`)
    return
  }
  // What was made may have an id that nobody has chosen; what was changed was named by who changed it.
  const made = records.flatMap((each, index) => (changes[index]?.kind.endsWith('.create') === true ? each : []))
  terminal.say(`done at revision ${revision}${made.length === 1 ? `: ${made[0]}` : ''}`)
}
