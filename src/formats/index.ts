/** The one door of the formats: files that hold people, groups and rights, read into worlds and written from them. */

import type { Reported } from '../core/index.ts'
import { refuse } from '../core/index.ts'
import { readCsv } from './csv.ts'
import type { FolderInput, Input } from './input.ts'
import { atDoor } from './input.ts'
import { readPeribolos } from './peribolos.ts'
import { readWorldFile } from './world-file.ts'

export { fileLimit, readBounded } from './bounded-file.ts'
export { type CsvKind, csvCell, readCsv, writeGroupsCsv, writeMembershipsCsv, writeUsersCsv } from './csv.ts'
export { type GroupManagerSettings, readGroupManagerSettings, type SettingLine } from './group-manager-settings.ts'
export type { FolderInput, Input } from './input.ts'
export { readFolderFiles, readPeribolos } from './peribolos.ts'
export { readWorldFile, writeWorld } from './world-file.ts'

/** Every format that can be imported, by the name that doors take, with one line for people. */
export const knownFormats = {
  world: 'our own format, YAML or JSON: a whole tenant or a part of one',
  csv: 'users, groups or memberships as CSV, known by its header',
  'csv-users': 'users as CSV',
  'csv-groups': 'groups as CSV',
  'csv-memberships': 'memberships as CSV',
  peribolos: 'GitHub organisations as Peribolos reads them: one file with `orgs:`, or a folder of org.yaml and teams.yaml',
} as const
export type FormatName = keyof typeof knownFormats

/**
 * Reads a file, a folder (`peribolos`) or a text in one of the known formats. Changes nothing; give the result to `planImport`.
 * Throws `CuriaError`: `unsupported_format`, and whatever the reader of the format says.
 */
export function readFormat(format: string, input: Input | FolderInput): Promise<Reported> {
  if ('files' in input) return readFiles(format, input.files)
  switch (format) {
    case 'world':
      return readWorldFile(input)
    case 'csv':
      return readCsv(input)
    case 'csv-users':
      return readCsv(input, 'users')
    case 'csv-groups':
      return readCsv(input, 'groups')
    case 'csv-memberships':
      return readCsv(input, 'memberships')
    case 'peribolos':
      return readPeribolos(input)
    default:
      return atDoor(() => {
        throw refuse('unsupported_format', { format, known: Object.keys(knownFormats) })
      })
  }
}

/** Only Peribolos is written in several files; of every other format one is enough. */
function readFiles(format: string, files: FolderInput['files']): Promise<Reported> {
  const [only, ...more] = files
  if (format === 'peribolos' && (more.length > 0 || /(^|\/)org\.ya?ml$/i.test(only?.path ?? ''))) return readPeribolos({ files })
  if (only !== undefined && more.length === 0) return readFormat(format, { text: only.text, name: only.path })
  return atDoor(() => {
    throw refuse('invalid_parameter', { field: 'files', reason: `the format ${format} takes one file, not ${files.length}` })
  })
}
