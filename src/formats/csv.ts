/**
 * People, groups and memberships as CSV (RFC 4180, UTF-8, separated by commas), read and written.
 *
 * | users | is |
 * |---|---|
 * | `user_name`, `display_name`, `first_name`, `last_name`, `page`, `description` | as in the record |
 * | `email` | addresses, the primary one first, separated by `;` |
 * | `status` | `active`, `inactive` or `pending` |
 * | `attributes.<name>` | a text; `attributes.<name>:json` any JSON value |
 * | `external_id.<system>` | the id of the user there |
 *
 * | groups | is |
 * |---|---|
 * | `name`, `codename`, `description`, `comment`, `type`, `contact`, `expires_at`, `join_policy` | as in the record |
 * | `parent` | id or codename of the group above |
 * | `nested` | `true`: the group's people count as people of the parent |
 * | `entities` | codenames separated by `;` |
 * | `active` | `true` or `false` |
 * | `members` | user names, ids, e-mail addresses or references, separated by `;` |
 * | `properties.<name>` | as attributes |
 *
 * | memberships | is |
 * |---|---|
 * | `group` | id or codename |
 * | `member` | `user:<id>`, `service:<id>`, `group:<id>`, or the user name, id or e-mail address of a user |
 * | `from`, `until`, `reason` | as in the record |
 * | `roles` | codenames separated by `;` |
 *
 * All three may have `id` (not memberships) and `origin`. An empty cell is a field that is not given. Columns may stand in any order, their
 * names in any case, with spaces or dashes for `_`.
 */

import { basename } from 'node:path'
import { CsvError, parse } from 'csv-parse'
import type { JsonObject, Place, Reported, Shape, World } from '../core/index.ts'
import { changeFields, quoted, Refusal, readId, readMember, record, recordName, refuse, slug, worldVersion } from '../core/index.ts'
import { fileLimit, readBoundedPieces } from './bounded-file.ts'
import type { Input } from './input.ts'
import { atDoor } from './input.ts'
import { parseJson } from './json-text.ts'
import { plain } from './located.ts'

export type CsvKind = 'users' | 'groups' | 'memberships'

/** One row may have at most so many bytes. */
const rowLimit = 1024 * 1024
/** At most so many faults are told. */
const faultLimit = 100

const { nested: _nested, ...groupFields } = changeFields['group.create']
const { ifExists: _ifExists, ...membershipFields } = changeFields['member.add']
const shapes = {
  users: record(changeFields['user.create']),
  groups: record(groupFields),
  memberships: record(membershipFields),
}

/** The field behind a plain column, and how its cell is read. */
type Cell = (text: string) => unknown
const text: Cell = (cell) => cell
const several = (cell: string): readonly string[] => cell.split(';').flatMap((each) => (each.trim() === '' ? [] : [each.trim()]))
const flag: Cell = (cell) => {
  const word = cell.trim().toLowerCase()
  return word === 'true' || word === 'yes' || word === '1' ? true : word === 'false' || word === 'no' || word === '0' ? false : cell
}

const columns: { readonly [Kind in CsvKind]: { readonly [column: string]: readonly [field: string, read: Cell] } } = {
  users: {
    id: ['id', text],
    user_name: ['userName', text],
    display_name: ['displayName', text],
    first_name: ['firstName', text],
    last_name: ['lastName', text],
    email: ['emails', several],
    page: ['page', text],
    description: ['description', text],
    status: ['status', text],
    origin: ['origin', text],
  },
  groups: {
    id: ['id', text],
    name: ['name', text],
    codename: ['codename', text],
    parent: ['parent', text],
    nested: ['nested', flag],
    type: ['type', text],
    entities: ['entities', several],
    description: ['description', text],
    comment: ['comment', text],
    contact: ['contact', text],
    active: ['active', flag],
    expires_at: ['expiresAt', text],
    join_policy: ['joinPolicy', text],
    members: ['members', (cell) => several(cell).map((each) => readMember(asMember(each), 'members'))],
    origin: ['origin', text],
  },
  memberships: {
    group: ['group', text],
    member: ['member', (cell) => asMember(cell)],
    from: ['from', text],
    until: ['until', text],
    roles: ['roles', several],
    reason: ['reason', text],
    origin: ['origin', text],
  },
}

/** The families of columns with a name of their own behind the dot. */
const families: { readonly [Kind in CsvKind]: { readonly [prefix: string]: string } } = {
  users: { attributes: 'attributes', external_id: 'externalIds' },
  groups: { properties: 'properties' },
  memberships: {},
}

interface Column {
  readonly header: string
  readonly field: string
  /** The name within `attributes`, `properties` or `externalIds`. */
  readonly inner?: string
  readonly read: Cell
}

interface FileFault extends Place {
  readonly reason: string
}

/**
 * Reads one CSV file as a world. Which of the three it is may be told, or is known from its header.
 * Rows come one by one; at most 64 MiB, at most 1 MiB a row.
 *
 * Throws `CuriaError`: `invalid_csv` with the line for a broken form (ragged row, unbalanced quote, another separator), `duplicate_column`,
 * `unknown_field`, `invalid_row` with line and column for values that do not fit (all of them, at most 100, in `faults`), `payload_too_large`,
 * `invalid_encoding`, `invalid_path`.
 */
export function readCsv(input: Input, kind?: CsvKind): Promise<Reported> {
  return atDoor(async () => {
    const file = 'path' in input ? basename(input.path) : input.name
    const rows = rowsOf(input, file)
    const header = await rows.next()
    if (header.done === true) throw refuse('invalid_csv', { ...at(file, 1), reason: 'is empty; the first line names the columns' })
    const found = readHeader(header.value.cells, kind, file, header.value.line)
    return collect(rows, found.kind, found.columns, file)
  })
}

interface Row {
  readonly line: number
  readonly cells: readonly string[]
}

async function* rowsOf(input: Input, file: string | undefined): AsyncGenerator<Row> {
  const parser = parse({ bom: true, info: true, max_record_size: rowLimit, relax_column_count: true, skip_empty_lines: true })
  const pieces = 'path' in input ? readBoundedPieces(input.path) : [withinLimit(input.text)]
  // A fault of the source is thrown by the loop below, through the parser.
  const fed = feed(pieces, parser)
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      // The parser counts the line on which a row ends; a row with line ends in it began earlier.
      const inner = record.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0)
      yield { line: info.lines - inner, cells: record }
    }
  } catch (fault) {
    if (fault instanceof CsvError) throw asRefusal(fault, file)
    throw fault
  } finally {
    parser.destroy()
    await fed
  }
}

async function feed(pieces: AsyncIterable<string> | Iterable<string>, parser: ReturnType<typeof parse>): Promise<void> {
  try {
    for await (const piece of pieces) {
      if (parser.destroyed) return
      if (!parser.write(piece)) await new Promise<void>((resolve) => drained(parser, resolve))
    }
    parser.end()
  } catch (fault) {
    // A refusal is no Error; the stream passes it on as it is.
    parser.destroy(fault as Error)
  }
}

function drained(parser: ReturnType<typeof parse>, resolve: () => void): void {
  parser.once('drain', resolve)
  parser.once('close', resolve)
}

function withinLimit(given: string): string {
  if (given.length > fileLimit) throw refuse('payload_too_large', { limit: fileLimit, unit: 'characters' })
  return given
}

function asRefusal(fault: CsvError, file: string | undefined): Refusal {
  if (fault.code === 'CSV_MAX_RECORD_SIZE') return refuse('payload_too_large', { limit: rowLimit, unit: 'bytes' })
  const line: unknown = fault.lines
  const place = at(file, typeof line === 'number' ? line : 1)
  const quote = fault.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote is opened and never closed' : undefined
  return refuse('invalid_csv', { ...place, reason: quote ?? 'a quote stands where none can stand; double the quotes within a quoted cell' })
}

function at(file: string | undefined, line: number, column?: number): Place {
  return { ...(file === undefined ? {} : { file }), line, ...(column === undefined ? {} : { column }) }
}

// ---- the header

function readHeader(
  cells: readonly string[],
  told: CsvKind | undefined,
  file: string | undefined,
  line: number,
): { readonly kind: CsvKind; readonly columns: readonly Column[] } {
  const [only = ''] = cells
  const other = cells.length === 1 ? [';', '\t', '|'].find((separator) => only.includes(separator)) : undefined
  if (other !== undefined) {
    const name = other === '\t' ? 'tabs' : `"${other}"`
    throw refuse('invalid_csv', { ...at(file, line), reason: `is separated by ${name}; write commas` })
  }
  const names = cells.map(columnName)
  names.forEach((name, index) => {
    if (names.indexOf(name) === index) return
    throw refuse('duplicate_column', { ...at(file, line, index + 1), field: name, reason: `the column ${quoted(name)} is there twice` })
  })
  const kind = told ?? kindOf(names)
  if (kind === undefined) {
    const reason = 'the header names neither users (user_name), groups (name) nor memberships (group, member)'
    throw refuse('invalid_csv', { ...at(file, line), reason })
  }
  return { kind, columns: names.map((name) => columnOf(name, kind)) }
}

/** `Display name`, `displayName` and `display-name` are `display_name`; what stands behind a dot is kept as it is. */
function columnName(header: string): string {
  const trimmed = header.trim()
  const dot = trimmed.indexOf('.')
  const [head, tail] = dot === -1 ? [trimmed, ''] : [trimmed.slice(0, dot), trimmed.slice(dot)]
  const plainHead = head
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[\s-]+/g, '_')
    .toLowerCase()
  const name = plainHead === 'username' ? 'user_name' : plainHead === 'emails' ? 'email' : plainHead
  return `${name}${tail}`
}

function kindOf(names: readonly string[]): CsvKind | undefined {
  if (names.includes('group') && names.includes('member')) return 'memberships'
  if (names.includes('user_name')) return 'users'
  if (names.includes('name')) return 'groups'
  return names.includes('email') ? 'users' : undefined
}

function columnOf(name: string, kind: CsvKind): Column {
  const table = columns[kind]
  const known = Object.hasOwn(table, name) ? table[name] : undefined
  if (known !== undefined) return { header: name, field: known[0], read: known[1] }
  const [, prefix = '', inner = '', json] = /^([a-z_]+)\.(.+?)(:json)?$/s.exec(name) ?? []
  const family = Object.hasOwn(families[kind], prefix) ? families[kind][prefix] : undefined
  if (family === undefined) {
    const more = Object.keys(families[kind]).map((each) => `${each}.<name>`)
    throw refuse('unknown_field', { field: name, known: [...Object.keys(table), ...more] })
  }
  return { header: name, field: family, inner, read: json === undefined ? text : readJsonCell }
}

function readJsonCell(cell: string): unknown {
  return plain(parseJson(cell))
}

function asMember(cell: string): string {
  return /^(user|service|group):/.test(cell) ? cell : `user:${cell}`
}

// ---- the rows

/** Puts the rows together; the shapes of the changes judge them. */
async function collect(rows: AsyncIterable<Row>, kind: CsvKind, header: readonly Column[], file: string | undefined): Promise<Reported> {
  const records: { [field: string]: unknown }[] = []
  const memberships: { readonly group: string; readonly member: string }[] = []
  const places = new Map<string, Place>()
  const faults: FileFault[] = []

  for await (const { line, cells } of rows) {
    if (faults.length >= faultLimit) break
    if (cells.length !== header.length) {
      const reason = `has ${cells.length} cells, the header has ${header.length}`
      throw refuse('invalid_csv', { ...at(file, line), reason })
    }
    const fields = readRow(cells, header, line, file, faults)
    // A row of empty cells is an empty line.
    if (fields === undefined || Object.keys(fields).length === 0) continue
    const { members, nested, ...own } = fields
    const read = judged(shapes[kind], own, header, line, file, faults)
    if (read !== undefined) {
      const inside = insideOf(read, members, nested, () =>
        faults.push({ ...at(file, line), reason: 'needs an id: its name cannot be one' }),
      )
      for (const { group, member } of inside) places.set(`membership:${group}|${member}`, at(file, line))
      places.set(recordName(kind, read, records.length), at(file, line))
      memberships.push(...inside)
      records.push(read)
    }
  }
  const [first] = faults
  if (first !== undefined) throw refuse('invalid_row', { ...first, faults })
  // Each record was read by the shape of its list, and each member by its cell.
  const world = { curia: worldVersion, [kind]: records, ...(memberships.length > 0 ? { memberships } : {}) } as World
  return { world, places }
}

/** The memberships that a row of a group tells of. They call the group by its id, its codename, or what its codename will be. */
function insideOf(
  group: { readonly [field: string]: unknown },
  members: unknown,
  nested: unknown,
  fail: () => void,
): readonly { readonly group: string; readonly member: string }[] {
  const list: readonly unknown[] = Array.isArray(members) ? members : []
  if (list.length === 0 && nested !== true) return []
  const name = String(group.id ?? group.codename ?? slug(String(group.name), '-'))
  try {
    readId(name, 'id')
  } catch {
    fail()
    return []
  }
  return [
    ...list.map((member) => ({ group: name, member: String(member) })),
    ...(nested === true && typeof group.parent === 'string' ? [{ group: group.parent, member: `group:${name}` }] : []),
  ]
}

function readRow(
  cells: readonly string[],
  header: readonly Column[],
  line: number,
  file: string | undefined,
  faults: FileFault[],
): { [field: string]: unknown } | undefined {
  const fields: { [field: string]: unknown } = {}
  const before = faults.length
  header.forEach(({ field, inner, read }, index) => {
    const cell = withoutGuard(cells[index] ?? '')
    if (cell === '') return
    try {
      const value = read(cell)
      if (inner === undefined) fields[field] = value
      else fields[field] = { ...(fields[field] as JsonObject | undefined), [inner]: value }
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault
      faults.push({ ...at(file, line, index + 1), reason: `${header[index]?.header}: ${fault.message}` })
    }
  })
  return faults.length === before ? fields : undefined
}

function judged(
  shape: Shape<object>,
  fields: { readonly [field: string]: unknown },
  header: readonly Column[],
  line: number,
  file: string | undefined,
  faults: FileFault[],
): { readonly [field: string]: unknown } | undefined {
  try {
    // A shape gives the fields it has read.
    return shape.read(fields, '') as { readonly [field: string]: unknown }
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault
    const field = 'field' in fault.details && typeof fault.details.field === 'string' ? fault.details.field : ''
    const index = header.findIndex(
      (column) => field === column.field || field.startsWith(`${column.field}[`) || field.startsWith(`${column.field}.`),
    )
    faults.push({ ...at(file, line, index === -1 ? undefined : index + 1), reason: fault.message })
    return undefined
  }
}

// ---- writing

/** Cells that a spreadsheet would take for a formula get a `'` in front, as do those that look guarded already; the reader takes it away again. */
const formula = /^'*[=+\-@\t\r]/

function withoutGuard(cell: string): string {
  return cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell
}

/** The users of a world as CSV, with the columns that at least one of them has. */
export function writeUsersCsv(world: World): string {
  return [...csvPieces('users', world)].join('')
}

/** The groups of a world as CSV. A group that is a member of its parent has `nested`; other members stand in the CSV of memberships. */
export function writeGroupsCsv(world: World): string {
  return [...csvPieces('groups', world)].join('')
}

/** The memberships of a world as CSV, one row a hold. */
export function writeMembershipsCsv(world: World): string {
  return [...csvPieces('memberships', world)].join('')
}

/** The same row by row. */
export function csvPieces(kind: CsvKind, world: World): IterableIterator<string> {
  return written(kind, kind === 'groups' ? groupsIn(world) : (world[kind] ?? []))
}

function groupsIn(world: World): readonly Values[] {
  const nestings = new Set((world.memberships ?? []).map(({ group, member }) => `${group}|${member}`))
  return (world.groups ?? []).map((group) => {
    const nested = group.parent !== undefined && nestings.has(`${group.parent}|group:${group.id}`)
    return nested ? { ...group, nested } : group
  })
}

function* written(kind: CsvKind, records: readonly Values[]): IterableIterator<string> {
  const plainColumns = Object.entries(columns[kind]).map(([header, [field]]) => ({ header, cell: (record: Values) => record[field] }))
  const used = plainColumns.filter(({ header, cell }) => isRequired(kind, header) || records.some((record) => cell(record) !== undefined))
  const named = Object.entries(families[kind]).flatMap(([prefix, field]) => innerColumns(prefix, field, records))
  const all = [...used, ...named]
  yield `${all.map(({ header }) => csvCell(header)).join(',')}\r\n`
  for (const record of records) yield `${all.map(({ cell }) => csvCell(cell(record))).join(',')}\r\n`
}

type Values = { readonly [field: string]: unknown }

function isRequired(kind: CsvKind, header: string): boolean {
  return header === { users: 'user_name', groups: 'name', memberships: 'group' }[kind] || (kind === 'memberships' && header === 'member')
}

function innerColumns(prefix: string, field: string, records: readonly Values[]) {
  const inside = (record: Values): Values => {
    const value = record[field]
    // These fields hold objects wherever they are given.
    return typeof value === 'object' && value !== null ? (value as Values) : {}
  }
  const names = [...new Set(records.flatMap((record) => Object.keys(inside(record))))].sort()
  return names.map((name) => {
    const isText = records.every((record) => ['string', 'undefined'].includes(typeof inside(record)[name])) && !name.endsWith(':json')
    return {
      header: `${prefix}.${name}${isText ? '' : ':json'}`,
      cell: (record: Values) => {
        const value = inside(record)[name]
        return isText || value === undefined ? value : JSON.stringify(value)
      },
    }
  })
}

/** A value as a cell of CSV: quoted where it must be, a list with semicolons, and a `'` in front of what a spreadsheet would take for a formula. */
export function csvCell(value: unknown): string {
  if (value === undefined || value === null) return ''
  const whole = Array.isArray(value) ? value.join(';') : String(value)
  const guarded = formula.test(whole) ? `'${whole}` : whole
  return /[",\r\n]/.test(guarded) || guarded !== guarded.trim() ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
