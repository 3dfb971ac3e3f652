/** The command line: the compiled commands are run for every question and every step, on the database file that holds the scenario's world. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccess } from '../../../src/assemble.ts'
import type { Change, Check, Instant, Revision } from '../../../src/core/index.ts'
import { runInThread } from '../../cli/thread.ts'
import type { ListItem, Path, Stage } from '../path.ts'
import type { ListQuestion } from '../scenario.ts'

export const commandLine: Path = {
  name: 'the command line',
  isForChosen: true,
  open: async (now) => {
    const folder = mkdtempSync(join(tmpdir(), 'curia-scenario-'))
    const store = `sqlite:${join(folder, 'curia.db')}`
    const curia = (...words: readonly string[]) => run([...words, '--store', store, '--json'], folder)
    let isWritten = false
    const stage: Stage = {
      givesReasons: true,
      write: async (changes) => {
        if (isWritten) return revisionOf(curia(...wordsFor(changes)))
        isWritten = true
        return writeWorld(store, now, changes)
      },
      explain: async ({ subject, action, resource, ...check }) => {
        const words = ['explain', subject, action, ...(resource === undefined ? [] : [resource])]
        // What the program says is read as what it promises to say; a difference shows in what is compared.
        return curia(...words, ...circumstances(check, now)) as Awaited<ReturnType<Stage['explain']>>
      },
      list: async ({ name, question }) => itemsOf(curia(...wordsOfList(name, question), ...circumstances(question, now)), question),
      contents: async () => JSON.stringify(curia('export', '--format', 'json')),
      close: async () => rmSync(folder, { recursive: true }),
    }
    return stage
  },
}

/** There is no command for a whole list of changes, and an import has its own tests: the world is written by the library. */
async function writeWorld(store: string, now: Instant, changes: readonly Change[]): Promise<Revision> {
  const access = await createAccess({ store, clock: () => now })
  const { revision } = await access.write(changes)
  await access.close()
  return revision
}

/** Runs the program and reads what it says as JSON. An error of ours is thrown with the code that stands at the end of its sentence. */
function run(words: readonly string[], folder: string): unknown {
  // Nothing of the surroundings may reach the program: neither a configuration file nor settings of the environment.
  const { status, stdout, stderr } = runInThread(folder, words, {})
  const code = /^curia: .* \((\w+)\)$/m.exec(stderr)?.[1]
  if (status === 0) return JSON.parse(stdout)
  if (code === undefined) throw new Error(`curia ${words.join(' ')} failed: ${stderr}`)
  throw Object.assign(new Error(stderr), { code, details: {} })
}

/** The program's clock is the machine's, so the moment of the scenario is always said. */
function circumstances({ at, context }: Pick<Check, 'at' | 'context'>, now: Instant): readonly string[] {
  return ['--at', String(at ?? now), ...(context === undefined ? [] : ['--context', JSON.stringify(context)])]
}

function wordsOfList(name: ListQuestion['name'], question: ListQuestion['question']): readonly string[] {
  // A scenario for the command line asks with texts only, but for `all`.
  const { subject = '', action = '', resource, type = '', group = '', mode = 'direct' } = question as { readonly [field: string]: string }
  const onResource = resource === undefined ? [] : [resource]
  switch (name) {
    case 'listSubjects':
      return ['who-can', action, ...onResource]
    case 'listActions':
      return ['what-can', subject, resource ?? 'tenant']
    case 'listResources':
      return ['what-can', subject, type]
    case 'membersOf':
      return ['members', group, '--mode', mode, ...(question.all === true ? ['--not-in-force'] : [])]
    default:
      throw new Error(`the command line has no list ${name}`)
  }
}

function itemsOf(answer: unknown, { action, type }: ListQuestion['question']): readonly ListItem[] {
  // As in `explain`. What somebody may do on a type is told by action.
  const lists = answer as { readonly [action: string]: { readonly items: readonly ListItem[] } }
  const list = type === undefined ? (answer as { readonly items: readonly ListItem[] }) : lists[String(action)]
  return list?.items ?? []
}

function wordsFor(changes: readonly Change[]): readonly string[] {
  const [change, more] = changes
  if (more === undefined) {
    switch (change?.kind) {
      case 'group.move':
        return ['move', change.id, ...(change.parent === null || change.parent === undefined ? ['--root'] : [change.parent])]
      case 'member.add':
        return ['members', change.group, '--add', change.member]
      case 'member.remove':
        return ['members', change.group, '--remove', change.member]
      case 'assignment.delete':
        return ['unassign', change.id]
      case 'undo':
        return ['undo', String(change.revision)]
    }
  }
  throw new Error(`the command line has no words for ${changes.map(({ kind }) => kind).join(', ')}`)
}

function revisionOf(answer: unknown): Revision {
  // As in `explain`.
  return (answer as { readonly revision: Revision }).revision
}
