import { describe, expect, it } from 'vitest'
import { needsRandom, requireRoom, writeName } from '../../src/targets/naming.ts'

const rules = { prefix: 'DGM_', suffix: '_$$random' }

describe('the name of an account', () => {
  it('is the own name where nothing else is said', () => {
    expect(writeName({}, { own: 'Consuls', above: [] }, 150)).toBe('Consuls')
  })

  it('stands between prefix and suffix, behind the name of the parent', () => {
    expect(writeName(rules, { own: 'Consuls', above: ['Rome', 'Gods'], random: '0c2e9a14' }, 150)).toBe('DGM_Gods-Consuls_0c2e9a14')
  })

  it.each([
    ['full', 'Rome-Gods-Consuls'],
    ['parent', 'Gods-Consuls'],
    ['none', 'Consuls'],
  ] as const)('holds the names above as far as they are wanted: %s', (path, name) => {
    expect(writeName({ path }, { own: 'Consuls', above: ['Rome', 'Gods'] }, 150)).toBe(name)
  })

  it('that is too long loses the left of the names above', () => {
    const parts = { own: 'b'.repeat(60), above: [`left${'a'.repeat(20)}right`], random: '0c2e9a14' }
    const name = writeName({ ...rules, limit: 80 }, parts, 150)
    expect(name).toBe(`DGM_aright-${'b'.repeat(60)}_0c2e9a14`)
    expect(name.length).toBe(80)
  })

  it('that is too long by itself is cut too, and prefix, number and suffix stay whole', () => {
    const name = writeName(rules, { own: 'b'.repeat(100), above: ['Gods'], random: '0c2e9a14', number: 2 }, 80)
    expect(name).toMatch(/^DGM_b+-2_0c2e9a14$/)
    expect(name.length).toBe(80)
  })

  it('is never longer than the target takes, whatever the rules say', () => {
    expect(writeName({ limit: 200 }, { own: 'b'.repeat(300) }, 150)).toBe('b'.repeat(150))
  })

  it('is counted and cut in characters, none of which is halved', () => {
    expect(writeName({}, { own: '🏛'.repeat(20) }, 10)).toBe('🏛'.repeat(10))
  })

  it('needs characters of its own only where the suffix says so', () => {
    expect([needsRandom(rules), needsRandom({ suffix: '_random' }), needsRandom({})]).toEqual([true, false, false])
  })

  it('must be left some room', () => {
    expect(() => requireRoom({ prefix: 'p'.repeat(60), suffix: '_$$random' }, 80, 'users')).not.toThrow()
    expect(() => requireRoom({ prefix: 'p'.repeat(64), suffix: '_$$random' }, 80, 'users')).toThrow(
      expect.objectContaining({ code: 'invalid_parameter', details: { field: 'users', reason: expect.stringContaining('7 characters') } }),
    )
  })
})
