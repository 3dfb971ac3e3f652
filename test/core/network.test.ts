import { describe, expect, it } from 'vitest'
import { canonicalAddress, countedNetwork, isInNetwork, readNetwork } from '../../src/core/index.ts'

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:c000:201', '192.0.2.1'],
    ['2001:DB8:0:0:8:800:200C:417A', '2001:db8::8:800:200c:417a'],
    ['2001:db8::0:1', '2001:db8::1'],
    ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:1:1:1:1:0:1', '2001:db8:1:1:1:1:0:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('has one spelling: %s is %s', (written, canonical) => {
    expect(canonicalAddress(written)).toBe(canonical)
    expect(canonicalAddress(canonical)).toBe(canonical)
  })

  it.each([
    '',
    'localhost',
    '192.0.2',
    '192.0.2.256',
    '192.0.02.1',
    '0x7f.0.0.1',
    '1.2.3.4.5',
    ' 1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'g::',
    '::1.2.3',
    '1:2:3:4:5:6:7::8:9',
  ])('is not made of %j', (written) => {
    expect(canonicalAddress(written)).toBeUndefined()
  })

  it('is counted by itself, or by the 64 bits that one place has to itself', () => {
    expect(countedNetwork('192.0.2.1')).toBe('192.0.2.1')
    expect(countedNetwork('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
    expect(countedNetwork('2001:db8:1:2::ffff')).toBe('2001:db8:1:2::/64')
  })
})

describe('a network', () => {
  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.0.0.0', '10.0.0.0/8', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.2', '10.0.0.1', false],
    ['192.0.2.77', '192.0.2.64/26', true],
    ['192.0.2.128', '192.0.2.64/26', false],
    ['8.8.8.8', '0.0.0.0/0', true],
    ['::ffff:10.1.2.3', '10.0.0.0/8', true],
    ['10.1.2.3', '::ffff:10.0.0.0/104', true],
    ['11.1.2.3', '::ffff:a00:0/104', false],
    ['2001:db8:1::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['::1', '::/0', true],
    ['127.0.0.1', '::/0', false],
    ['::1', '0.0.0.0/0', false],
    ['nowhere', '0.0.0.0/0', false],
    ['10.0.0.1', 'nowhere', false],
  ])('holds the right addresses: %s in %s is %s', (address, network, is) => {
    expect(isInNetwork(address, network)).toBe(is)
  })

  it.each(['10.0.0.0/33', '10.0.0/8', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/x', '::/129', 'everywhere', '10.0.0.0/-1', '01.0.0.0/8'])(
    'is refused when it is none: %s',
    (written) => {
      expect(() => readNetwork(written, 'networks[0]')).toThrow(expect.objectContaining({ code: 'invalid_string' }))
    },
  )
})
