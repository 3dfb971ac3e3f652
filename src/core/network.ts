/** Addresses of the Internet and the networks they are in. One address has one spelling here, whatever it came as. */

import { refuse } from './errors.ts'

interface Address {
  readonly version: 4 | 6
  readonly value: bigint
}

/** Of addresses that hold an IPv4 address in an IPv6 one (RFC 4291, section 2.5.5.2). */
const mappedPrefix = 0xffffn

/** The one spelling of an address: IPv4 with dots (mapped ones too), IPv6 lower case and short (RFC 5952). Undefined: it is none. */
export function canonicalAddress(text: string): string | undefined {
  const address = parseAddress(text)
  return address === undefined ? undefined : writeAddress(address)
}

/** Whether an address is in a network, `10.0.0.0/8`. What cannot be read is in nothing. */
export function isInNetwork(address: string, network: string): boolean {
  const read = parseAddress(address)
  const within = parseNetwork(network)
  if (read === undefined || within === undefined || read.version !== within.base.version) return false
  const shift = BigInt((within.base.version === 4 ? 32 : 128) - within.bits)
  return read.value >> shift === within.base.value >> shift
}

/** The network by which an address is counted: an IPv4 address itself, of an IPv6 address the 64 bits that one household or machine has to itself. */
export function countedNetwork(address: string): string {
  const read = parseAddress(address)
  if (read === undefined || read.version === 4) return address
  return `${writeAddress({ version: 6, value: (read.value >> 64n) << 64n })}/64`
}

/** Reads a network as CIDR, or a single address. Throws `invalid_string`. */
export function readNetwork(value: string, field: string): string {
  if (parseNetwork(value) === undefined)
    throw refuse('invalid_string', { field, reason: 'is not a network such as 10.0.0.0/8 or 2001:db8::/32' })
  return value
}

function parseNetwork(text: string): { readonly base: Address; readonly bits: number } | undefined {
  const [address = '', given, more] = text.split('/')
  if (more !== undefined || (given !== undefined && !/^\d{1,3}$/.test(given))) return undefined
  const written = parseWritten(address)
  if (written === undefined) return undefined
  const width = written.version === 4 ? 32 : 128
  const bits = Number(given ?? width)
  if (bits > width) return undefined
  const base = unmapped(written)
  // A network of mapped addresses is one of IPv4 addresses.
  return base.version === written.version ? { base, bits } : bits < 96 ? { base: written, bits } : { base, bits: bits - 96 }
}

function parseAddress(text: string): Address | undefined {
  const written = parseWritten(text)
  return written === undefined ? undefined : unmapped(written)
}

function unmapped(address: Address): Address {
  return address.version === 6 && address.value >> 32n === mappedPrefix ? { version: 4, value: address.value & 0xffffffffn } : address
}

function parseWritten(text: string): Address | undefined {
  // The interface behind a `%` is a matter of this machine, and no part of the address.
  const [plain = ''] = text.split('%', 1)
  if (!plain.includes(':')) {
    const value = parseFour(plain)
    return value === undefined ? undefined : { version: 4, value }
  }
  const value = parseSix(plain)
  return value === undefined ? undefined : { version: 6, value }
}

/** Four decimal numbers without leading zeros, which some readers take for octal. */
function parseFour(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255)) return undefined
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n)
}

function parseSix(text: string): bigint | undefined {
  const dotted = /^(.*:)([^:]*\.[^:]*)$/.exec(text)
  const four = dotted === null ? undefined : parseFour(dotted[2] ?? '')
  if (dotted !== null && four === undefined) return undefined
  const hex = four === undefined ? text : `${dotted?.[1] ?? ''}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`
  const halves = hex.split('::')
  if (halves.length > 2) return undefined
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - left.length - right.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const parts = [...left, ...Array.from({ length: missing }, () => '0'), ...right]
  if (parts.some((part) => !/^[0-9a-fA-F]{1,4}$/.test(part))) return undefined
  return parts.reduce((value, part) => (value << 16n) | BigInt(`0x${part}`), 0n)
}

function writeAddress({ version, value }: Address): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.')
  const parts = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16))
  const run = longestZeros(parts)
  if (run === undefined) return parts.join(':')
  return `${parts.slice(0, run.from).join(':')}::${parts.slice(run.from + run.length).join(':')}`
}

/** The first of the longest runs of two or more zeros. */
function longestZeros(parts: readonly string[]): { readonly from: number; readonly length: number } | undefined {
  let best: { readonly from: number; readonly length: number } | undefined
  for (let from = 0; from < parts.length; from += 1) {
    let length = 0
    while (parts[from + length] === '0') length += 1
    if (length > 1 && length > (best?.length ?? 0)) best = { from, length }
  }
  return best
}
