/** Names of directory entries (RFC 4514): read, compared and written. */

/** One attribute of a name: `uid=ada`. */
interface NamePart {
  readonly type: string
  readonly value: string
}

/** From the entry itself up to the root; a level may be named by several attributes. */
export type DistinguishedName = readonly (readonly NamePart[])[]

/** Other ways to write an attribute type. */
const shortTypes: ReadonlyMap<string, string> = new Map([
  ['commonname', 'cn'],
  ['2.5.4.3', 'cn'],
  ['surname', 'sn'],
  ['2.5.4.4', 'sn'],
  ['countryname', 'c'],
  ['2.5.4.6', 'c'],
  ['localityname', 'l'],
  ['2.5.4.7', 'l'],
  ['stateorprovincename', 'st'],
  ['2.5.4.8', 'st'],
  ['streetaddress', 'street'],
  ['2.5.4.9', 'street'],
  ['organizationname', 'o'],
  ['2.5.4.10', 'o'],
  ['organizationalunitname', 'ou'],
  ['2.5.4.11', 'ou'],
  ['userid', 'uid'],
  ['0.9.2342.19200300.100.1.1', 'uid'],
  ['domaincomponent', 'dc'],
  ['0.9.2342.19200300.100.1.25', 'dc'],
])

const typePattern = /\s*((?:oid\.)?\d+(?:\.\d+)+|[a-z][a-z0-9-]*)\s*=[ ]*/iy
const plainRun = /[^\\,;+"]+/y
const escaped = /\\(?:([0-9a-f]{2})|(.))/isy

/** Reads a name; undefined for what is none. An empty text is the name of the root. Cost is linear in the text. */
export function readDistinguishedName(text: string): DistinguishedName | undefined {
  if (text.trim() === '') return []
  const name: (readonly NamePart[])[] = []
  let level: NamePart[] = []
  let at = 0
  for (;;) {
    typePattern.lastIndex = at
    const [whole, type] = typePattern.exec(text) ?? []
    if (whole === undefined || type === undefined) return undefined
    const read = readValue(text, at + whole.length)
    if (read === undefined) return undefined
    level.push({ type: shortType(type), value: read.value })
    at = read.end
    const mark = text[at]
    if (mark !== '+') {
      name.push(level)
      level = []
    }
    if (mark === undefined) return name
    at += 1
  }
}

function shortType(given: string): string {
  const type = given.toLowerCase().replace(/^oid\./, '')
  return shortTypes.get(type) ?? type
}

function readValue(text: string, start: number): { readonly value: string; readonly end: number } | undefined {
  if (text[start] === '"') return readQuoted(text, start + 1)
  let bytes = Buffer.alloc(0)
  let value = ''
  // Escaped bytes make characters together; so they are collected until something else comes.
  // A space that is escaped belongs to the value even at its end, so what came by escapes is never trimmed.
  let keptUntil = 0
  const settle = () => {
    if (bytes.length === 0) return
    value += bytes.toString('utf8')
    keptUntil = value.length
    bytes = Buffer.alloc(0)
  }
  let at = start
  for (;;) {
    plainRun.lastIndex = at
    const run = plainRun.exec(text)?.[0]
    if (run !== undefined) {
      settle()
      value += run
      at += run.length
      continue
    }
    escaped.lastIndex = at
    const [whole, hex, character] = escaped.exec(text) ?? []
    if (whole !== undefined) {
      if (hex !== undefined) bytes = Buffer.concat([bytes, Buffer.from(hex, 'hex')])
      else {
        settle()
        value += character
        keptUntil = value.length
      }
      at += whole.length
      continue
    }
    if (text[at] === '\\' || text[at] === '"') return undefined
    settle()
    const trimmed = value.slice(0, keptUntil) + value.slice(keptUntil).replace(/ +$/, '')
    return { value: text[start] === '#' ? fromHex(trimmed) : trimmed, end: at }
  }
}

/** The older form with quotes (RFC 2253). */
function readQuoted(text: string, start: number): { readonly value: string; readonly end: number } | undefined {
  const [whole, inside] = /^((?:[^"\\]|\\.)*)"\s*/s.exec(text.slice(start)) ?? []
  if (whole === undefined || inside === undefined) return undefined
  const end = start + whole.length
  if (end < text.length && !',;+'.includes(text.charAt(end))) return undefined
  return { value: inside.replace(/\\(.)/gs, '$1'), end }
}

/** `#0c03616461`: a text in its BER form, tag and length before it. Anything else stays as it is written. */
function fromHex(written: string): string {
  const bytes = Buffer.from(written.slice(1), 'hex')
  const [tag = 0, length = 0] = bytes
  const isText = [0x04, 0x0c, 0x13, 0x16].includes(tag) && length < 0x80 && bytes.length === length + 2
  return isText && bytes.length * 2 === written.length - 1 ? bytes.subarray(2).toString('utf8') : written.toLowerCase()
}

/** Equal for names that mean the same entry: types by any of their names, values without regard to case and to the number of spaces. */
export function nameKey(name: DistinguishedName): string {
  return name.map(levelKey).join('\u0001')
}

function levelKey(level: readonly NamePart[]): string {
  return level
    .map(({ type, value }) => `${type}=${value.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ')}`)
    .sort()
    .join('\u0002')
}

/** A value as it stands in a name. */
export function writeNameValue(value: string): string {
  return value.replace(/^[ #]|[",+;<>\\=]| $/g, '\\$&').replaceAll('\u0000', '\\00')
}
