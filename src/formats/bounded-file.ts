/** Reads a file that may be anything, anywhere: never more of it than the limit, and never from what is not a file. */

import type { Stats } from 'node:fs'
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open, stat } from 'node:fs/promises'
import { TextDecoder } from 'node:util'
import { quoted, refuse } from '../core/index.ts'

/** At most so many bytes of one file are read. */
export const fileLimit = 64 * 1024 * 1024

/**
 * The text of a file, at most `limit` bytes (64 MiB unless told) of UTF-8. A byte order mark is dropped. Throws the refusals `invalid_path` for
 * what is missing or no file (a folder, a pipe, a device), `payload_too_large`, `invalid_encoding`.
 */
export async function readBounded(path: string, limit = fileLimit): Promise<string> {
  const file = await openFile(path, limit)
  try {
    const chunks: Buffer[] = []
    for await (const chunk of chunksOf(file, limit)) chunks.push(chunk)
    return decoded(Buffer.concat(chunks), path)
  } finally {
    await file.close()
  }
}

/** The same piece by piece, for a reader that needs no whole. */
export async function* readBoundedPieces(path: string, limit = fileLimit): AsyncGenerator<string> {
  const file = await openFile(path, limit)
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true })
    for await (const chunk of chunksOf(file, limit)) yield decodedPiece(decoder, chunk, path)
    yield decodedPiece(decoder, undefined, path)
  } finally {
    await file.close()
  }
}

async function openFile(path: string, limit: number): Promise<FileHandle> {
  // Opening a pipe would wait for its other end, so one looks first; and again at what was opened, which may be another.
  requireFile(path, await attempt(path, () => stat(path)), limit)
  const file = await attempt(path, () => open(path, constants.O_RDONLY | constants.O_NONBLOCK))
  try {
    requireFile(path, await attempt(path, () => file.stat()), limit)
  } catch (fault) {
    await file.close()
    throw fault
  }
  return file
}

async function attempt<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
    const reason = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'may not be read' : `cannot be read (${String(code)})`
    throw refuse('invalid_path', { reason: `${quoted(path)}: ${reason}` })
  }
}

function requireFile(path: string, found: Stats, limit: number): void {
  const kind = found.isFile() ? undefined : found.isDirectory() ? 'a folder' : found.isFIFO() ? 'a pipe' : 'a device'
  if (kind !== undefined) throw refuse('invalid_path', { reason: `${quoted(path)} is ${kind}, a file is needed` })
  if (found.size > limit) throw refuse('payload_too_large', { limit, unit: 'bytes' })
}

/** Counts again while reading: a file may grow, and some that the system makes up say they are empty. */
async function* chunksOf(file: FileHandle, limit: number): AsyncGenerator<Buffer> {
  let total = 0
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(256 * 1024), 0, 256 * 1024)
    if (bytesRead === 0) return
    total += bytesRead
    if (total > limit) throw refuse('payload_too_large', { limit, unit: 'bytes' })
    yield buffer.subarray(0, bytesRead)
  }
}

function decoded(bytes: Buffer, path: string): string {
  return decodedPiece(new TextDecoder('utf-8', { fatal: true }), bytes, path, false)
}

function decodedPiece(decoder: TextDecoder, bytes: Buffer | undefined, path: string, stream = true): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream })
  } catch {
    throw refuse('invalid_encoding', { reason: `${quoted(path)} is not UTF-8` })
  }
}
