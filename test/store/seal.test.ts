import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { User } from '../../src/core/index.ts'
import { canonicalJson, readInstant } from '../../src/core/index.ts'
import { keyedDigest } from '../../src/store/keyed-digest.ts'
import { firstHash, sealEntry } from '../../src/store/seal.ts'

const now = readInstant('2026-03-15T12:00:00Z', 'now')
const secret = '5e'.repeat(32)
const bare: User = {
  origin: 'local',
  createdAt: now,
  createdBy: 'system:start',
  updatedAt: now,
  id: 'ada',
  userName: 'ada "the first" \\ Ada\u2028\n',
  emails: [],
  attributes: {},
  status: 'active',
  networks: [],
  externalIds: {},
}
const full: User = {
  ...bare,
  displayName: 'Ada ſ 🏛️',
  firstName: 'Ada',
  lastName: 'Lovelace',
  emails: ['ada@example.org'],
  page: 'https://example.org/"',
  description: 'x'.repeat(100),
  portrait: 'data:image/png;base64,AA==',
  attributes: { z: 1, a: { y: [null, 'é'], b: true } },
  networks: ['10.0.0.0/8'],
  externalIds: { z: '1', a: '2' },
  confirmedAt: now,
}

describe('a sealed entry', () => {
  it('is canonical JSON, and so is every personal value', () => {
    const { link, personal } = sealEntry({ tenant: 'main', keyed: keyedDigest(secret) }, 1, firstHash, {
      time: now,
      actor: 'system:start',
      origin: 'local',
      reason: 'a "reason" of some length that is longer than the texts which are written without a closer look',
      changes: [{ kind: 'user.create', records: ['user:ada'] }],
      names: { 'user:ada': 'Ada "A"', 'group:staff': 'Staff\t' },
      rows: [
        { table: 'user', key: 'ada', before: bare, after: full },
        { table: 'user', key: 'eve', after: bare },
        { table: 'user', key: 'bob', before: full },
        { table: 'retired', key: 'user:bob', after: { reference: 'user:bob', retiredAt: now } },
      ],
    })
    expect(canonicalJson(JSON.parse(link.entry))).toBe(link.entry)
    for (const { value } of personal) expect(canonicalJson(JSON.parse(value))).toBe(value)
    const [sealed] = JSON.parse(link.entry).rows
    const { personal: digests, ...rest } = sealed.after
    const { origin, createdAt, createdBy, updatedAt, id, status, confirmedAt } = full
    expect(rest).toEqual({ origin, createdAt, createdBy, updatedAt, id, status, confirmedAt })
    expect(
      Object.assign(
        {},
        rest,
        ...digests.map((digest: string) => JSON.parse(personal.find((each) => each.digest === digest)?.value ?? '{}')),
      ),
    ).toEqual(full)
  })
})

describe('a keyed digest', () => {
  it.each([
    ['a key of a store', secret],
    ['a short key', 'k'],
    ['a long key', 'k'.repeat(65)],
    ['a key that is no ASCII', 'schlüssel'],
  ])('is the HMAC of the text: %s', (_, key) => {
    const digest = keyedDigest(key)
    for (const text of ['', 'main\nada\n{}', 'ſ 🏛️', 'x'.repeat(1000), ''])
      expect(digest(text)).toBe(createHmac('sha256', key).update(text).digest('hex'))
  })
})
