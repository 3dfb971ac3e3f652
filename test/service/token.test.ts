import { describe, expect, it } from 'vitest'
import { readToken, writeToken } from '../../src/service/token.ts'
import type { StoreIdentity } from '../../src/store/store.ts'

const identity: StoreIdentity = { id: 'here', epoch: 1, secret: 'ab'.repeat(32) }
const code = (read: () => unknown): unknown => {
  try {
    return read()
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

describe('a revision token', () => {
  it.each([0, 1, 4_294_967_296, Number.MAX_SAFE_INTEGER])('gives revision %d back', (revision) => {
    expect(readToken(identity, 'main', writeToken(identity, 'main', revision))).toBe(revision)
  })

  it('shows neither the store nor its secret', () => {
    expect(writeToken(identity, 'main', 7)).toMatch(/^[A-Za-z0-9_-]{44}$/)
  })

  it.each([
    ['another store', { ...identity, id: 'there' }],
    ['the time before a restore', { ...identity, epoch: 2 }],
  ])('of %s is told from a damaged one', (_, other) => {
    expect(code(() => readToken(other, 'main', writeToken(identity, 'main', 7)))).toBe('revision_unknown_store')
  })

  it('of another tenant is refused', () => {
    expect(code(() => readToken(identity, 'other', writeToken(identity, 'main', 7)))).toBe('invalid_revision')
  })

  it('cannot be made without the secret', () => {
    const forged = writeToken({ ...identity, secret: 'cd'.repeat(32) }, 'main', 7)
    expect(code(() => readToken(identity, 'main', forged))).toBe('invalid_revision')
  })

  it('is refused when any of its characters is changed, cut or added', () => {
    const token = writeToken(identity, 'main', 7)
    const damaged = [...token].map((letter, at) => `${token.slice(0, at)}${letter === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`)
    for (const each of [...damaged, token.slice(1), `${token}A`, `${token}=`, ` ${token}`, '']) {
      expect(code(() => readToken(identity, 'main', each))).toMatch(/^(invalid_revision|revision_unknown_store)$/)
    }
  })
})
