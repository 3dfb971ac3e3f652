/** HMAC-SHA-256 (RFC 2104) of many short texts under one key: what the key alone decides is worked out once. */

import { createHmac, hash } from 'node:crypto'

/** The digest of a text, in hex. */
export type KeyedDigest = (text: string) => string

/** Bytes that SHA-256 takes at a time; a key is filled up to them. */
const block = 64

/** The digests under a key, which is taken as UTF-8. */
export function keyedDigest(key: string): KeyedDigest {
  const bytes = Buffer.from(key)
  // Of a key in hex, as those of stores are, the inner pad is ASCII: it goes in front of the text as text.
  if (bytes.length > block || bytes.some((byte) => byte > 0x7f)) return (text) => createHmac('sha256', key).update(text).digest('hex')
  const filled = Buffer.concat([bytes, Buffer.alloc(block - bytes.length)])
  const inner = String.fromCharCode(...filled.map((byte) => byte ^ 0x36))
  const outer = Buffer.concat([filled.map((byte) => byte ^ 0x5c), Buffer.alloc(32)])
  return (text) => {
    outer.write(hash('sha256', `${inner}${text}`, 'binary'), block, 'binary')
    return hash('sha256', outer, 'hex')
  }
}
