/** `curia change`: any list of changes, made together or not at all. */

import { Command } from 'commander'
import type { Change } from '../../core/index.ts'
import { CuriaError, Refusal, readChange } from '../../core/index.ts'
import type { ChangeOptions } from '../change.ts'
import { change, changing } from '../change.ts'
import type { Run } from '../command.ts'
import { connected } from '../connection.ts'
import type { Terminal } from '../terminal.ts'

/** `curia change FILE`: a JSON list of changes as POST /changes takes it. */
export function changeCommand(run: Run): Command {
  const command = new Command('change')
    .description('makes the changes of a file together or not at all; every kind of change can stand in it')
    .argument('<file>', 'JSON: a list of changes such as [{"kind": "group.create", "name": "Consuls"}]; - reads standard input')
  return changing(command).action(
    run(async (terminal, file: string, options: ChangeOptions) => {
      const changes = await readChanges(terminal, file)
      return connected(options, ({ client }) => change(terminal, client, changes, options))
    }),
  )
}

async function readChanges(terminal: Terminal, file: string): Promise<readonly Change[]> {
  try {
    const { readBounded } = await import('../../formats/index.ts')
    const given: unknown = parse(file === '-' ? await terminal.readAll() : await readBounded(file), file)
    if (!Array.isArray(given)) throw new Refusal('invalid_parameter', { field: 'changes', reason: 'must be a list' })
    return given.map((each: unknown, index) => readChange(each, `changes[${index}]`))
  } catch (refusal) {
    throw refusal instanceof Refusal ? new CuriaError(refusal) : refusal
  }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Refusal('invalid_json', { reason: `${file} is not JSON: ${error instanceof Error ? error.message : ''}` })
  }
}
