/** Ids for new records: UUID version 7, which sort by the time they were made (RFC 9562, section 5.7). */

import { randomBytes } from 'node:crypto'

/**
 * Makes a source of ids. Each is greater than the one before, also within a millisecond and when the clock steps back: the 12 bits
 * behind the time then count on, and borrow from the next millisecond when they are used up (RFC 9562, section 6.2, method 1).
 * @param clock milliseconds since 1970; default the clock of the machine
 */
export function timeOrderedIds(clock: () => number = Date.now): () => string {
  let time = 0
  let counter = 0

  return () => {
    const random = randomBytes(10)
    const now = clock()
    if (now > time) {
      time = now
      // The counter starts in its lower half, so that a busy millisecond has room.
      counter = random.readUInt16BE(8) & 0x7ff
    } else if (counter < 0xfff) counter += 1
    else {
      time += 1
      counter = 0
    }
    const bytes = Buffer.alloc(16)
    bytes.writeUIntBE(time, 0, 6)
    bytes.writeUInt16BE(0x7000 | counter, 6)
    random.copy(bytes, 8, 0, 8)
    bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8)
    const hex = bytes.toString('hex')
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  }
}
