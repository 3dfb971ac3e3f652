/** The file of a snapshot: the columns of a tenant at one revision, written aside and renamed. A cache, which is whole or is not used. */

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Column, ColumnsByName, Infer, NumberKind, Revision } from '../core/index.ts'
import { columnsVersion, list, oneOf, optional, record, roomFor, text, whole } from '../core/index.ts'
import type { StoreIdentity } from '../store/store.ts'

/** What a file must be of to be used. */
export interface FileOwner {
  readonly tenant: string
  readonly identity: StoreIdentity
  /** The version of the program: another one may mean other things by the same columns. */
  readonly program: string
}

/** A snapshot as it is written down. */
export interface WrittenSnapshot {
  readonly revision: Revision
  /** The hash of the journal's entry of this revision. */
  readonly hash: string
  readonly columns: ColumnsByName
}

/** The file cannot be used. `message` says why, without a value of it. */
export class SnapshotUnusable extends Error {}

/** The snapshot was changed while it was written down, so nothing was. */
export class SnapshotMoved extends Error {}

/*
 * The file: a preamble of fixed length; the pieces of all sections, one after the other; the header, which is JSON and tells what and
 * where. The preamble is written last: mark, place and length of the header, and a keyed digest of those and the header.
 */
/** Its last byte counts the forms of the file. */
const mark = Buffer.from('curia\u0000s\u0001', 'latin1')
const preambleBytes = 64
/** Bytes that are summed up and written together: few enough that nobody waits for them, in this process or on the disk. */
const pieceBytes = 2 ** 20
/** Characters of a list that are written together. */
const pieceCharacters = 2 ** 17
/** Pieces of a file that are read at the same time. */
const readsAtOnce = 4
const largest = Number.MAX_SAFE_INTEGER
const word = whole(0, 2 ** 32 - 1)

const sectionShape = record({
  name: text(undefined, { maxLength: 200 }),
  kind: oneOf('number', 'list', 'bytes', 'halves', 'words', 'doubles', 'slots'),
  /** Of a number itself; of an array how many numbers it has. */
  value: optional(whole(0, largest)),
  /** Length in bytes and sum of each piece. */
  pieces: optional(list(list(word, 2), largest)),
})
const headerShape = record({
  columns: whole(0, largest),
  program: text(),
  /** How numbers of more than one byte are laid out. */
  byteOrder: text(),
  tenant: text(),
  store: text(),
  epoch: whole(0, largest),
  revision: whole(0, largest),
  hash: text(),
  sections: list(sectionShape),
})
type Section = Infer<typeof sectionShape>

const byteOrder = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 'little' : 'big'

/**
 * Writes a file in place of the one that is there, for its owner alone (0600). It is whole and on the disk before it takes the name, so
 * whoever is killed in the midst leaves the old one, or none. Waits behind every piece; a piece takes about a millisecond.
 * @param temporary a path beside it, where it is written first
 * @param isStill whether the columns are as they were given
 * @returns the bytes of the file
 * @throws SnapshotMoved; what the file system says
 */
export async function writeSnapshotFile(
  path: string,
  temporary: string,
  owner: FileOwner,
  written: WrittenSnapshot,
  isStill: () => boolean,
): Promise<number> {
  await rm(temporary, { force: true })
  const file = await open(temporary, 'wx', 0o600)
  try {
    const bytes = await writeAll(file, owner, written, () => {
      if (!isStill()) throw new SnapshotMoved()
    })
    await file.sync()
    await file.close()
    if (!isStill()) throw new SnapshotMoved()
    await rename(temporary, path)
    await syncFolder(dirname(path))
    return bytes
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(temporary, { force: true })
    throw error
  }
}

async function writeAll(file: FileHandle, owner: FileOwner, written: WrittenSnapshot, requireStill: () => void): Promise<number> {
  let position = preambleBytes
  const put = async (bytes: Uint8Array): Promise<void> => {
    await writeWhole(file, bytes, position)
    position += bytes.byteLength
    // The disk reads the memory itself while we wait: only now is it sure what was written.
    requireStill()
  }
  const sections: Section[] = []
  for (const [name, column] of written.columns) {
    const pieces: [number, number][] = []
    for (const piece of piecesOf(column)) {
      pieces.push([piece.byteLength, crc32(piece)])
      await put(piece)
    }
    const value = column.kind === 'number' ? column.value : column.kind === 'list' ? undefined : column.array.length
    sections.push({ name, kind: column.kind, ...(value === undefined ? {} : { value }), ...(pieces.length === 0 ? {} : { pieces }) })
  }
  const { tenant, identity, program } = owner
  const header = Buffer.from(
    JSON.stringify({
      columns: columnsVersion,
      program,
      byteOrder,
      tenant,
      store: identity.id,
      epoch: identity.epoch,
      revision: written.revision,
      hash: written.hash,
      sections,
    }),
  )
  const preamble = preambleFor(identity, position, header)
  await put(header)
  await writeWhole(file, preamble, 0)
  return position
}

async function writeWhole(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done, position + done)
    done += bytesWritten
  }
}

/** A rename is on the disk when the folder is. */
async function syncFolder(path: string): Promise<void> {
  // Some systems do not open folders; the worst is that an older file comes back when the power goes, and is then brought up to date.
  const folder = await open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}

function preambleFor(identity: StoreIdentity, place: number, header: Uint8Array): Buffer {
  const preamble = Buffer.alloc(preambleBytes)
  mark.copy(preamble, 0)
  preamble.writeBigUInt64LE(BigInt(place), 8)
  preamble.writeBigUInt64LE(BigInt(header.byteLength), 16)
  digestOf(identity, preamble.subarray(0, 32), header).copy(preamble, 32)
  return preamble
}

/** With the key of the store, so that a file which is not of this store cannot look as if it were. */
function digestOf({ secret }: StoreIdentity, ...parts: readonly Uint8Array[]): Buffer {
  const digest = createHmac('sha256', `snapshot ${secret}`)
  for (const part of parts) digest.update(part)
  return digest.digest()
}

function* piecesOf(column: Column): Generator<Uint8Array> {
  if (column.kind === 'number') return
  if (column.kind === 'list') return yield* piecesOfList(column.items)
  const { buffer, byteOffset, byteLength } = column.array
  for (let from = 0; from < byteLength; from += pieceBytes)
    yield new Uint8Array(buffer, byteOffset + from, Math.min(pieceBytes, byteLength - from))
}

/** Each piece is a list in JSON. */
function* piecesOfList(items: Iterable<unknown>): Generator<Uint8Array> {
  let texts: string[] = []
  let characters = 0
  for (const item of items) {
    const each = JSON.stringify(item)
    texts.push(each)
    characters += each.length
    if (characters < pieceCharacters) continue
    yield Buffer.from(`[${texts.join(',')}]`)
    texts = []
    characters = 0
  }
  if (texts.length > 0) yield Buffer.from(`[${texts.join(',')}]`)
}

/**
 * Reads a file that `writeSnapshotFile` wrote for this owner. The arrays are made for it, and nothing of the file is held otherwise.
 * @returns undefined: there is no file
 * @throws SnapshotUnusable when it is damaged, or not of this owner, format and program
 */
export async function readSnapshotFile(
  path: string,
  owner: FileOwner,
): Promise<(WrittenSnapshot & { readonly bytes: number }) | undefined> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new SnapshotUnusable('it cannot be opened', { cause: error })
  }
  try {
    return await readAll(file, owner)
  } catch (error) {
    if (error instanceof SnapshotUnusable) throw error
    throw new SnapshotUnusable('it cannot be read', { cause: error })
  } finally {
    await file.close()
  }
}

async function readAll(file: FileHandle, owner: FileOwner): Promise<WrittenSnapshot & { readonly bytes: number }> {
  const { size } = await file.stat()
  const { place, header } = await readHeader(file, size, owner.identity)
  requireOurs(header, owner)
  const columns = new Map<string, Column>()
  const tasks: (() => Promise<void>)[] = []
  let position = preambleBytes
  for (const section of header.sections) {
    const { column, pieces } = emptyColumn(section)
    columns.set(section.name, column)
    for (const { bytes, sum, fill } of pieces) {
      const from = position
      tasks.push(async () => {
        await readWhole(file, bytes, from)
        if (crc32(bytes) !== sum) throw new SnapshotUnusable(`its part ${section.name} is damaged`)
        fill()
      })
      position += bytes.byteLength
    }
  }
  if (position !== place) throw new SnapshotUnusable('its parts do not fill it')
  const queue = tasks.values()
  const read = async () => {
    for (const task of queue) await task()
  }
  await Promise.all(Array.from({ length: readsAtOnce }, read))
  return { revision: header.revision, hash: header.hash, columns, bytes: size }
}

async function readHeader(
  file: FileHandle,
  size: number,
  identity: StoreIdentity,
): Promise<{ readonly place: number; readonly header: Infer<typeof headerShape> }> {
  if (size < preambleBytes) throw new SnapshotUnusable('it was cut short')
  const preamble = Buffer.alloc(preambleBytes)
  await readWhole(file, preamble, 0)
  if (!preamble.subarray(0, mark.length).equals(mark)) throw new SnapshotUnusable('it is no file of a snapshot, or of another format')
  const [place, length] = [Number(preamble.readBigUInt64LE(8)), Number(preamble.readBigUInt64LE(16))]
  if (place + length !== size) throw new SnapshotUnusable('it has another length than it says')
  const header = Buffer.alloc(length)
  await readWhole(file, header, place)
  if (!timingSafeEqual(digestOf(identity, preamble.subarray(0, 32), header), preamble.subarray(32)))
    throw new SnapshotUnusable('its head is damaged, or it is of another store')
  return { place, header: headerShape.read(JSON.parse(header.toString('utf8')), 'header') }
}

function requireOurs(header: Infer<typeof headerShape>, { tenant, identity, program }: FileOwner): void {
  const unusable = (what: string) => new SnapshotUnusable(`it is of another ${what}`)
  if (header.columns !== columnsVersion) throw unusable('form of the columns')
  if (header.program !== program) throw unusable('version of the program')
  if (header.byteOrder !== byteOrder) throw unusable('kind of machine')
  if (header.tenant !== tenant) throw unusable('tenant')
  if (header.store !== identity.id) throw unusable('store')
  if (header.epoch !== identity.epoch) throw unusable('epoch of the store')
}

/** A piece to be read: where its bytes go, their sum, and what is done when they are there. */
interface Piece {
  readonly bytes: Uint8Array
  readonly sum: number
  readonly fill: () => void
}

function emptyColumn({ name, kind, value = 0, pieces = [] }: Section): { readonly column: Column; readonly pieces: readonly Piece[] } {
  if (kind === 'number') return { column: { kind, value }, pieces: [] }
  if (kind === 'list') {
    const lists: unknown[][] = pieces.map(() => [])
    const read = pieces.map(([length = 0, sum = 0], index): Piece => {
      const bytes = Buffer.alloc(length)
      const fill = () => {
        lists[index] = readItems(bytes, name)
      }
      return { bytes, sum, fill }
    })
    return { column: { kind, items: { [Symbol.iterator]: () => itemsOf(lists) } }, pieces: read }
  }
  return emptyArray(name, kind, value, pieces)
}

function emptyArray(name: string, kind: NumberKind, length: number, pieces: readonly (readonly number[])[]) {
  const array = roomFor(kind, length)
  let into = 0
  const read = pieces.map(([bytes = 0, sum = 0]): Piece => {
    if (into + bytes > array.byteLength) throw new SnapshotUnusable(`its part ${name} has another length than it says`)
    const piece = new Uint8Array(array.buffer, into, bytes)
    into += bytes
    return { bytes: piece, sum, fill: () => undefined }
  })
  if (into !== array.byteLength) throw new SnapshotUnusable(`its part ${name} has another length than it says`)
  return { column: { kind, array }, pieces: read }
}

function readItems(bytes: Buffer, name: string): unknown[] {
  const items: unknown = JSON.parse(bytes.toString('utf8'))
  if (!Array.isArray(items)) throw new SnapshotUnusable(`its part ${name} is no list`)
  return items
}

function* itemsOf(lists: readonly (readonly unknown[])[]): Generator<unknown> {
  for (const items of lists) yield* items
}

async function readWhole(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.byteLength - done, position + done)
    if (bytesRead === 0) throw new SnapshotUnusable('it was cut short')
    done += bytesRead
  }
}
