/** The one door of the formats: files that hold people, groups and rights, read into worlds and written from them. */

import type { ErrorCode, ErrorDetails, Reported } from '../core/index.ts'
import { refuse } from '../core/index.ts'
import { readCsv } from './csv.ts'
import type { FolderInput, Input } from './input.ts'
import { atDoor } from './input.ts'
import { readLdif } from './ldif.ts'
import { readOpenWebui } from './open-webui.ts'
import type { PasswdOptions } from './passwd.ts'
import { readPasswd } from './passwd.ts'
import { readPeribolos } from './peribolos.ts'
import { readWorldFile } from './world-file.ts'

export { fileLimit, readBounded } from './bounded-file.ts'
export { type CsvKind, csvCell, readCsv, writeGroupsCsv, writeMembershipsCsv, writeUsersCsv } from './csv.ts'
export { type ExportFormat, type ExportOptions, exported, exportFormats } from './exported.ts'
export type { FolderInput, Input } from './input.ts'
export { readLdif } from './ldif.ts'
export { writeLdif } from './ldif-written.ts'
export { readOpenWebui } from './open-webui.ts'
export { writeOpenWebui } from './open-webui-written.ts'
export { type PasswdOptions, readPasswd } from './passwd.ts'
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
  ldif: 'people and groups of a directory as LDIF: what slapcat and ldapsearch -LLL write',
  passwd: 'accounts and groups of a Unix machine: a passwd file, a group file, or both',
  'open-webui': 'groups as Open WebUI exports them, and its list of users',
} as const
export type FormatName = keyof typeof knownFormats

/** What some formats are told beside the files. */
export interface FormatOptions extends PasswdOptions {}

/**
 * Reads a file, a folder (`peribolos`), several files or a text in one of the known formats. Changes nothing; give the result to `planImport`.
 * Throws `CuriaError`: `unsupported_format`, and whatever the reader of the format says.
 */
export function readFormat(format: string, input: Input | FolderInput, options: FormatOptions = {}): Promise<Reported> {
  if (options.uids !== undefined && format !== 'passwd')
    return refused('invalid_parameter', { field: 'uids', reason: `is for the format passwd, not for ${format}` })
  if (format === 'passwd') return readPasswd(input, options)
  if (format === 'open-webui') return readOpenWebui(input)
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
    case 'ldif':
      return readLdif(input)
    default:
      return refused('unsupported_format', { format, known: Object.keys(knownFormats) })
  }
}

function refused<Code extends ErrorCode>(code: Code, details: ErrorDetails[Code]): Promise<never> {
  return atDoor(() => {
    throw refuse(code, details)
  })
}

/** Of most formats one file is enough. */
function readFiles(format: string, files: FolderInput['files']): Promise<Reported> {
  const [only, ...more] = files
  if (format === 'peribolos' && (more.length > 0 || /(^|\/)org\.ya?ml$/i.test(only?.path ?? ''))) return readPeribolos({ files })
  if (only !== undefined && more.length === 0) return readFormat(format, { text: only.text, name: only.path })
  return refused('invalid_parameter', { field: 'files', reason: `the format ${format} takes one file, not ${files.length}` })
}
