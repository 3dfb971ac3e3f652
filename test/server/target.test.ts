import { describe, expect, it } from 'vitest'
import { Refusal } from '../../src/core/index.ts'
import { refuseHost, refusePath } from '../../src/server/target.ts'

const codeOf = (judge: () => void): string => {
  try {
    judge()
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.code
    throw thrown
  }
  return 'taken'
}

describe('a path', () => {
  it.each([
    '/console/..\\..\\x',
    '/a%5cb',
    '/a%00.js',
    '/a%0d%0aset-cookie: x',
    '//api/v1/users',
    '/api//v1/users',
    '/api/v1/../users',
    '/api/v1/%2e%2e/users',
    '/api/v1/.%2E/users',
    '/api/v1/./users',
    '/a%ff',
    '/a%zz',
  ])('is refused as %s', (path) => {
    expect(codeOf(() => refusePath(path))).toBe('invalid_path')
  })

  it.each([
    '/',
    '/api/v1/users/ada',
    '/api/v1/resources/repository%3Akubernetes%2Forg',
    '/api/v1/users?q=a//b\\c',
    '/api/v1/users/a..b',
    '/%C3%A9',
  ])('is taken as %s', (path) => {
    expect(codeOf(() => refusePath(path))).toBe('taken')
  })
})

describe('a host', () => {
  const allowed = new Set(['curia.example'])

  it.each(['http://localhost/', 'http://127.0.0.1:4680/', 'http://[::1]:1/', 'http://curia.example:8080/', 'http://CURIA.example/'])(
    'is answered: %s',
    (url) => {
      expect(codeOf(() => refuseHost(new URL(url), allowed))).toBe('taken')
    },
  )

  it.each(['http://evil.example/', 'http://curia.example.evil.example/', 'http://127.0.0.2/', 'http://localhost.evil.example/'])(
    'is refused: %s',
    (url) => {
      expect(codeOf(() => refuseHost(new URL(url), allowed))).toBe('invalid_host')
    },
  )
})
