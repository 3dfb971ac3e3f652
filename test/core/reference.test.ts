import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Subject } from '../../src/core/index.ts'
import { Refusal, readMember, readPrincipal, readResource, readSubject, relations, typeOf, writeSubject } from '../../src/core/index.ts'

const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,20}$/)
const codename = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,10}$/).filter((word) => !['constructor', 'prototype'].includes(word))

const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc.constantFrom<Subject>({ kind: 'everyone' }, { kind: 'authenticated' }),
  fc
    .record({ type: fc.constantFrom('user', 'service'), id })
    .map(({ type, id }): Subject => ({ kind: 'principal', reference: `${type}:${id}` as `user:${string}` })),
  id.map((group): Subject => ({ kind: 'group', group })),
  fc.record({ group: id, role: codename }).map(({ group, role }): Subject => ({ kind: 'standing', group, role })),
  fc
    .record({
      group: id,
      relation: fc.constantFrom(...relations),
      types: fc.option(fc.uniqueArray(codename, { minLength: 1, maxLength: 4 }), { nil: undefined }),
      levels: fc.option(fc.integer({ min: 1, max: 99_999 }), { nil: undefined }),
    })
    .map(
      ({ group, relation, types, levels }): Subject => ({
        kind: 'relation',
        group,
        relation,
        ...(types === undefined ? {} : { types: types.sort() }),
        ...(levels === undefined || relation === 'siblings' ? {} : { levels }),
      }),
    ),
)

const codeOf = (run: () => unknown): string => {
  try {
    run()
    return 'read'
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.code
    throw refusal
  }
}

describe('a subject', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(subject, (one) => void expect(readSubject(writeSubject(one), 'subject')).toEqual(one)),
      { numRuns: 1000, seed: 46 },
    )
  })

  it('has one written form, however its types are written', () => {
    expect(writeSubject(readSubject('group:g^descendants[b, a,b]{3}', 'subject'))).toBe('group:g^descendants[a,b]{3}')
  })

  it('is read or refused, whatever is written', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((rest) => `group:${rest}`),
          fc.string().map((rest) => `group:g^${rest}`),
        ),
        (text) => {
          if (codeOf(() => readSubject(text, 'subject')) !== 'read') return
          const written = writeSubject(readSubject(text, 'subject'))
          expect(writeSubject(readSubject(written, 'subject'))).toBe(written)
        },
      ),
      { numRuns: 2000, seed: 46 },
    )
  })

  it.each([
    '',
    'ada',
    ':ada',
    'user:',
    'role:x',
    'group:',
    'group:g#',
    'group:g#a#b',
    'group:g^',
    'group:g^parents',
    'group:g^siblings{1}',
    'group:g^descendants{0}',
    'group:g^descendants{-1}',
    'group:g^descendants{100000}',
    'group:g^descendants{1.5}',
    'group:g^descendants[]',
    'group:g^descendants[a,,b]',
    'group:g^descendants{1}[a]',
    'group:g^descendants[a]{1} ',
    'everyone ',
    'user:a b',
    'user:ada#manager',
  ])('is not %j', (text) => {
    expect(codeOf(() => readSubject(text, 'subject'))).toBe('invalid_string')
  })
})

describe('a member', () => {
  it.each(['user:ada', 'service:bot', 'group:g'])('may be %s', (text) => {
    expect(readMember(text, 'member')).toBe(text)
  })
  it('is a principal unless it is a group', () => {
    expect(readPrincipal('service:bot', 'owner')).toBe('service:bot')
    expect(codeOf(() => readPrincipal('group:g', 'owner'))).toBe('invalid_string')
  })
})

describe('a resource', () => {
  it.each([undefined, 'tenant', 'tenant:main'])('is the tenant when written %j', (text) => {
    expect(readResource(text, 'main', 'resource')).toBe('tenant')
  })
  it('keeps what stands behind the first colon', () => {
    expect(readResource('doc:a:b/c', 'main', 'resource')).toBe('doc:a:b/c')
    expect(typeOf('doc:a:b/c')).toBe('doc')
    expect(typeOf('tenant')).toBe('tenant')
  })
  it.each(['', 'doc', ':1', 'doc:', 'do c:1', '__proto__:1', 'doc:\u0000'])('is not %j', (text) => {
    expect(codeOf(() => readResource(text, 'main', 'resource'))).toBe('invalid_string')
  })
})

describe('another tenant as a resource', () => {
  it('is not known, also to who administers this one', () => {
    expect(() => readResource('tenant:elsewhere', 'main', 'resource')).toThrow(expect.objectContaining({ code: 'unknown_reference' }))
    expect(readResource('tenant:main', 'main', 'resource')).toBe('tenant')
  })
})
