/** Arrays of numbers that grow in place: small ones by copying, large ones by taking more of the address space they have reserved. */

/** From so many bytes on an array reserves address space, so that growing never copies it. */
const reservedFrom = 4 * 2 ** 20
/** Address space that a large array reserves; memory is used only as far as it has grown. */
const reservedBytes = 2 ** 32

export type Numbers = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
/** Those of the first four grow in place; `slots` are words that do not. */
export type NumberKind = 'bytes' | 'halves' | 'words' | 'doubles' | 'slots'
interface NumbersOf<A extends Numbers> {
  new (length: number): A
  new (buffer: ArrayBuffer, byteOffset: number, length: number): A
  readonly BYTES_PER_ELEMENT: number
}

/** The array itself when it holds `length` numbers, else one that does, with the same content and zeros behind it. */
function grow<A extends Numbers>(array: A, length: number, kind: NumbersOf<A>): A {
  if (length <= array.length) return array
  const size = kind.BYTES_PER_ELEMENT
  const wanted = Math.max(length, array.length + (array.length >> 1), 16)
  if (wanted * size < reservedFrom) {
    const next = new kind(wanted)
    next.set(array)
    return next
  }
  const { buffer } = array
  if (buffer.resizable) {
    buffer.resize(Math.min(wanted * size, reservedBytes))
    return new kind(buffer, 0, Math.min(wanted, reservedBytes / size))
  }
  const next = new kind(new ArrayBuffer(wanted * size, { maxByteLength: reservedBytes }), 0, wanted)
  next.set(array)
  return next
}

/** An array for just so many numbers, to be filled, which grows as if it had grown to this length. */
export function roomFor(kind: NumberKind, length: number): Numbers {
  switch (kind) {
    case 'bytes':
      return exact(length, Uint8Array)
    case 'halves':
      return exact(length, Uint16Array)
    case 'words':
      return exact(length, Uint32Array)
    case 'doubles':
      return exact(length, Float64Array)
    case 'slots':
      return new Uint32Array(length)
  }
}

export function roomForWords(length: number): Uint32Array<ArrayBuffer> {
  return exact(length, Uint32Array)
}

function exact<A extends Numbers>(length: number, kind: NumbersOf<A>): A {
  const bytes = length * kind.BYTES_PER_ELEMENT
  return bytes < reservedFrom ? new kind(length) : new kind(new ArrayBuffer(bytes, { maxByteLength: reservedBytes }), 0, length)
}

/** The array with room for no more than its first `length` numbers: what it had grown ahead is given back. It may grow again. */
function fitted<A extends Numbers>(array: A, length: number, kind: NumbersOf<A>): A {
  const { buffer } = array
  if (!buffer.resizable || length >= array.length) return array
  buffer.resize(length * kind.BYTES_PER_ELEMENT)
  return new kind(buffer, 0, length)
}

export function fittedWords(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  return fitted(array, length, Uint32Array)
}

export function fittedHalves(array: Uint16Array<ArrayBuffer>, length: number): Uint16Array<ArrayBuffer> {
  return fitted(array, length, Uint16Array)
}

export function fittedBytes(array: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  return fitted(array, length, Uint8Array)
}

export function grownWords(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  return grow(array, length, Uint32Array)
}

export function grownHalves(array: Uint16Array<ArrayBuffer>, length: number): Uint16Array<ArrayBuffer> {
  return grow(array, length, Uint16Array)
}

export function grownBytes(array: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  return grow(array, length, Uint8Array)
}

export function grownDoubles(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  return grow(array, length, Float64Array)
}
