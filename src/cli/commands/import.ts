/** `curia import`: the plan first, line by line, then everything or nothing. */

import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { Command, Option } from 'commander'
import type { AnswerOf, ImportFormat } from '../../api/client.ts'
import { importFormats } from '../../api/client.ts'
import type { Place } from '../../core/index.ts'
import { CuriaError, quoted, Refusal } from '../../core/index.ts'
import type { CommonOptions, Run } from '../command.ts'
import { connecting, sayJson } from '../command.ts'
import { connected } from '../connection.ts'
import { exit, WrongUse } from '../exit.ts'
import type { Terminal } from '../terminal.ts'
import { Columns, counted } from '../terminal.ts'

interface ImportOptions extends CommonOptions {
  readonly format?: ImportFormat
  readonly uids?: string
  readonly preview?: boolean
  readonly verbose?: boolean
  readonly reason?: string
}

type Plan = AnswerOf<'importFiles'>['plan']
interface File {
  readonly path: string
  readonly text: string
}

/** `curia import PATH...`. */
export function importCommand(run: Run): Command {
  const command = new Command('import')
    .description('reads a file or a folder, tells what it would make and change, and does it in one change set')
    .argument('<path...>', 'a file, a folder of organisations, or several files that belong together: passwd and group')
    .addOption(new Option('--format <format>', 'how it is written; left out where the path makes it certain').choices(importFormats))
    .option('--uids <range>', 'for passwd: the uids and gids of people, or all (default: 1000-59999)')
    .option('--preview', 'tell the plan, and change nothing')
    .option('--verbose', 'every line of the plan, those too that change nothing')
    .option('--reason <text>', 'why; stands in the journal')
  return connecting(command).action(
    run((terminal, paths: readonly string[], options: ImportOptions) =>
      // Read and understood before the database is opened: a wrong path must not make one.
      readInput(terminal, paths, options.format).then(({ format, files }) =>
        connected(
          options,
          async ({ client }) => {
            const request = {
              format,
              files,
              reason: options.reason ?? `import of ${paths.map((path) => basename(path)).join(' and ')}`,
              ...(options.uids === undefined ? {} : { uids: options.uids }),
            }
            terminal.progress('working out the plan ...')
            const plan = await client.importFiles({ ...request, preview: true })
            if (options.json !== true) tellPlan(terminal, plan, options.verbose === true)
            const refused = plan.counts.refuse > 0
            if (refused || options.preview === true) {
              if (options.json === true) sayJson(terminal, plan)
              terminal.note(refused ? 'refused as a whole: nothing was imported' : 'nothing was imported')
              return refused ? exit.no : exit.done
            }
            const count = plan.counts.make + plan.counts.change
            terminal.progress(`writing ${counted(count, 'record')} ...`)
            const imported = await client.importFiles(request)
            if (options.json === true) sayJson(terminal, imported)
            else if (imported.written.unchanged) terminal.say(`nothing to import, still at revision ${imported.written.revision}`)
            else terminal.say(`imported at revision ${imported.written.revision}`)
            return exit.done
          },
          { makes: true },
        ),
      ),
    ),
  )
}

async function readInput(
  terminal: Terminal,
  paths: readonly string[],
  format: ImportFormat | undefined,
): Promise<{ readonly format: ImportFormat; readonly files: readonly File[] }> {
  const [path = '', ...more] = paths
  terminal.progress(`reading ${paths.join(' and ')} ...`)
  const { readBounded, readFolderFiles } = await import('../../formats/index.ts')
  if (more.length > 0) {
    const files: File[] = []
    for (const each of paths) files.push({ path: basename(each), text: await orThrown(() => readBounded(each)) })
    const [guessed, ...others] = new Set(files.map((file) => format ?? guess(file.path, file.text)))
    if (guessed === undefined || others.length > 0)
      throw new WrongUse('these files are of several formats; import them one after the other')
    return { format: guessed, files }
  }
  if (isFolder(path)) {
    if (format !== undefined && format !== 'peribolos') throw new WrongUse(`${path} is a folder; the format ${format} is one file`)
    const files = await readFolderFiles(path)
    if (files.length === 0) throw new CuriaError(new Refusal('invalid_path', { reason: `${quoted(path)} holds no YAML file` }))
    return { format: 'peribolos', files }
  }
  const text = await orThrown(() => readBounded(path))
  return { format: format ?? guess(path, text), files: [{ path: basename(path), text }] }
}

function isFolder(path: string): boolean {
  // A path that cannot be looked at is told by the reader of files, with its reason.
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

async function orThrown<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (refusal) {
    throw refusal instanceof Refusal ? new CuriaError(refusal) : refusal
  }
}

/** Only what is certain: a name that says it, or a first key that no other format has. */
function guess(path: string, text: string): ImportFormat {
  const csv = /(^|[-_.])(users|groups|memberships)\.csv$/i.exec(basename(path))?.[2]?.toLowerCase()
  const named = importFormats.find((format) => format === `csv-${csv}`)
  if (named !== undefined) return named
  if (/\.ldif$/i.test(path)) return 'ldif'
  if (/^(passwd|group)$/.test(basename(path))) return 'passwd'
  if (/\.(ya?ml|json)$/i.test(path)) {
    if (/^\s*\{\s*"curia"\s*:/.test(text) || /^curia\s*:/m.test(text)) return 'world'
    if (/^orgs\s*:/m.test(text)) return 'peribolos'
  }
  throw new WrongUse(`what ${path} holds is not certain; say --format ${importFormats.join('|')}`)
}

/** Refused lines and remarks always; the others when they are wanted. */
function tellPlan(terminal: Terminal, { lines, remarks, counts }: Plan, verbose: boolean): void {
  const columns = new Columns(terminal)
  const shown = lines.filter(({ action }) => verbose || action === 'refuse')
  columns.say(
    shown.map(({ action, record, place, fields, code, reason }) => [
      placeOf(place),
      action,
      record,
      action === 'refuse' ? `${reason ?? ''}${code === undefined ? '' : ` (${code})`}` : fields?.join(', '),
    ]),
  )
  columns.say(remarks.map(({ kind, place, reason }) => [placeOf(place), kind.replace('_', ' '), reason]))
  const parts = [`${counts.make} to make`, `${counts.change} to change`, `${counts.leave} as they should be`, `${counts.refuse} refused`]
  terminal.say(`plan: ${parts.join(', ')}${remarks.length === 0 ? '' : `; ${counted(remarks.length, 'remark')}`}`)
}

function placeOf(place: Place | undefined): string {
  return place === undefined ? '' : [place.file, place.line].filter((part) => part !== undefined).join(':')
}
