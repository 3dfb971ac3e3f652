/** Requests that must be refused: each with its code, and with nothing changed. Numbers are those of the catalogue of bad inputs. */

import type { ErrorCode } from '../../src/core/index.ts'
import { adminKey, lowKey, managerKey, narrowKey } from './installation.ts'

export interface BadInput {
  /** Number and what is wrong. */
  readonly name: string
  /** Default: the administrator. `null`: nobody. */
  readonly key?: string | null
  readonly method?: string
  /** Behind `/api/v1`, or from the root with `root: true`. */
  readonly path: string
  readonly root?: true
  readonly headers?: { readonly [name: string]: string }
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it stands. */
  readonly raw?: string | Uint8Array<ArrayBuffer>
  readonly status: number
  readonly code: ErrorCode
}

const json = { 'content-type': 'application/json' }
const groupWith = (fields: object) => ({ changes: [{ kind: 'group.create', ...fields }] })
const userWith = (fields: object) => ({ changes: [{ kind: 'user.create', ...fields }] })
const check = (fields: object) => ({ subject: 'user:sulla', action: 'view', resource: 'legion:4', ...fields })
const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) })

const changes = (name: string, body: unknown, status: number, code: ErrorCode, key?: string): BadInput => ({
  name,
  path: '/changes',
  body,
  status,
  code,
  ...(key === undefined ? {} : { key }),
})
const raw = (name: string, text: string | Uint8Array<ArrayBuffer>, status: number, code: ErrorCode): BadInput => ({
  name,
  path: '/changes',
  raw: text,
  status,
  code,
})
const get = (name: string, path: string, status: number, code: ErrorCode, more: Partial<BadInput> = {}): BadInput => ({
  name,
  method: 'GET',
  path,
  status,
  code,
  ...more,
})

export const badInputs: readonly BadInput[] = [
  // the form of a body
  raw('B001 body not JSON', '{"name":', 400, 'invalid_json'),
  raw('B002 empty body where one is required', '', 400, 'invalid_json'),
  raw('B005 bytes that are no UTF-8', new Uint8Array(Buffer.from('7b226e616d65223a22fffe227d', 'hex')), 400, 'invalid_encoding'),
  raw('B006 half a character in a name', '{"changes":[{"kind":"group.create","name":"\\ud800x"}]}', 400, 'invalid_string'),
  {
    name: 'B010 body over the limit by its length',
    path: '/changes',
    headers: { 'content-length': '20000000' },
    raw: '{}',
    status: 413,
    code: 'payload_too_large',
  },
  raw('B010 body over the limit', `{"reason":"${'x'.repeat(1024 * 1024)}","changes":[]}`, 413, 'payload_too_large'),
  {
    name: 'B012 compressed body',
    path: '/changes',
    headers: { 'content-encoding': 'gzip' },
    raw: 'x',
    status: 415,
    code: 'unsupported_encoding',
  },
  {
    name: 'another media type',
    path: '/changes',
    headers: { 'content-type': 'text/plain' },
    raw: '{}',
    status: 415,
    code: 'unsupported_media_type',
  },
  {
    name: 'a form of a browser',
    path: '/changes',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    raw: 'a=b',
    status: 415,
    code: 'unsupported_media_type',
  },
  raw('a key given twice', '{"changes":[],"changes":[{"kind":"group.create","name":"x"}]}', 400, 'duplicate_key'),
  raw('a list where an object is due', '[]', 400, 'invalid_parameter'),
  raw('B156 deep nesting', `{"changes":${'['.repeat(1000)}${']'.repeat(1000)}}`, 400, 'too_deep'),

  // keys that reach a prototype
  changes(
    'B014 constructor.prototype in a permission tree',
    { changes: [{ kind: 'permission-tree.write', subject: 'group:gods', tree: { constructor: { prototype: { admin: true } } } }] },
    400,
    'invalid_key',
  ),
  raw(
    'B014 __proto__ in a permission tree',
    '{"changes":[{"kind":"permission-tree.write","subject":"group:gods","tree":{"__proto__":{"admin":true}}}]}',
    400,
    'invalid_key',
  ),
  changes(
    'B015 a permission called __proto__.admin',
    { changes: [{ kind: 'permission.create', name: '__proto__.admin' }] },
    400,
    'invalid_key',
  ),
  raw('__proto__ in attributes', '{"changes":[{"kind":"user.create","attributes":{"__proto__":{"admin":true}}}]}', 400, 'invalid_key'),
  {
    name: 'B017 subject hasOwnProperty',
    path: '/check',
    body: check({ subject: 'user:hasOwnProperty' }),
    status: 422,
    code: 'subject_unknown',
  },
  { name: 'subject constructor', path: '/check', body: check({ subject: 'user:constructor' }), status: 422, code: 'subject_unknown' },
  { name: 'action toString', path: '/check', body: check({ action: 'toString' }), status: 422, code: 'permission_unknown' },

  // more than is asked for, and less
  changes(
    'B019 mass assignment',
    { changes: [{ kind: 'user.update', id: 'low', displayName: 'x', role: 'admin', isAdmin: true }] },
    400,
    'unknown_field',
    lowKey,
  ),
  changes('a kind of change that is none', { changes: [{ kind: 'group.destroy', id: 'gods' }] }, 400, 'invalid_parameter'),
  changes('no kind of change', { changes: [{}] }, 400, 'invalid_parameter'),
  changes('a change that is a text', { changes: ['group.create'] }, 400, 'invalid_parameter'),
  changes('no name', groupWith({}), 400, 'invalid_parameter'),
  changes('a number for a name', groupWith({ name: 7 }), 400, 'invalid_parameter'),
  changes(
    'the hash of a key changed',
    { changes: [{ kind: 'api-key.update', id: 'low-key', hash: '0'.repeat(64) }] },
    400,
    'unknown_field',
  ),
  changes(
    'B027 the owner of a key changed',
    { changes: [{ kind: 'api-key.update', id: 'low-key', owner: 'user:root' }] },
    400,
    'unknown_field',
    lowKey,
  ),
  changes(
    'more than 10,000 changes',
    { changes: Array.from({ length: 10_001 }, () => ({ kind: 'undo', revision: 1 })) },
    413,
    'too_many_items',
  ),
  { name: 'an unknown field beside a check', path: '/check', body: check({ admin: true }), status: 400, code: 'unknown_field' },
  { name: 'a check without a subject', path: '/check', body: { action: 'view' }, status: 400, code: 'invalid_parameter' },
  { name: 'a context that is a list', path: '/check', body: check({ context: [] }), status: 400, code: 'invalid_parameter' },
  { name: 'a context that is too deep', path: '/check', body: check({ context: deep(40) }), status: 400, code: 'too_deep' },

  // what is not there
  changes('an unknown group', { changes: [{ kind: 'member.add', group: 'nothing', member: 'user:sulla' }] }, 400, 'unknown_reference'),
  changes('an unknown member', { changes: [{ kind: 'member.add', group: 'gods', member: 'user:nobody' }] }, 400, 'unknown_reference'),
  {
    name: 'an undeclared type',
    path: '/check',
    body: check({ action: 'legion.view', resource: 'cohort:1' }),
    status: 400,
    code: 'unknown_reference',
  },
  changes('a resource of an undeclared type', { changes: [{ kind: 'resource.create', resource: 'cohort:1' }] }, 400, 'unknown_reference'),
  { name: 'an unknown revision', path: '/check', body: check({ asOf: 999_999 }), status: 400, code: 'invalid_revision' },
  { name: 'undo of a revision that is not there', path: '/journal/999999/undo', body: {}, status: 404, code: 'not_found' },
  { name: 'undo of no revision', path: '/journal/x/undo', body: {}, status: 400, code: 'invalid_parameter' },

  // what cannot be
  changes(
    'B083 a cycle of nested groups',
    {
      changes: [
        { kind: 'member.add', group: 'gods', member: 'group:greeks' },
        { kind: 'member.add', group: 'greeks', member: 'group:generals' },
        { kind: 'member.add', group: 'generals', member: 'group:gods' },
      ],
    },
    409,
    'cycle',
  ),
  changes('a cycle of the hierarchy', { changes: [{ kind: 'group.move', id: 'gods', parent: 'plebeians' }] }, 409, 'cycle'),
  changes('B087 the last administrator', { changes: [{ kind: 'user.delete', id: 'root' }] }, 409, 'last_admin'),
  changes('a group with children', { changes: [{ kind: 'group.delete', id: 'gods' }] }, 409, 'has_children'),
  changes('a member twice', { changes: [{ kind: 'member.add', group: 'consuls', member: 'user:sulla' }] }, 409, 'conflict'),
  changes(
    'a window that ends before it starts',
    {
      changes: [{ kind: 'member.add', group: 'greeks', member: 'user:sulla', from: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' }],
    },
    400,
    'invalid_time',
  ),
  changes('a day that does not exist', groupWith({ name: 'x', expiresAt: '2026-02-30' }), 400, 'invalid_time'),
  changes(
    'a condition that is no expression',
    { changes: [{ kind: 'grant.create', subject: 'user:sulla', actions: ['view'], resource: 'legion:4', condition: 'now >' }] },
    422,
    'condition_invalid',
  ),
  changes('revisions that have passed', { ...groupWith({ name: 'x' }), expectedRevision: 0 }, 409, 'revision_conflict'),
  changes('a moment without preview', { ...groupWith({ name: 'x' }), at: '2026-01-01' }, 400, 'invalid_parameter'),

  // names
  changes('B061 zero-width space in a user name', userWith({ userName: 'admin\u200b' }), 400, 'invalid_username'),
  changes('B061 space behind a user name', userWith({ userName: 'admin ' }), 400, 'invalid_username'),
  changes('B061 no-break space in a user name', userWith({ userName: 'ad\u00a0min' }), 400, 'invalid_username'),
  changes('B062 user name in other case', userWith({ userName: 'SULLA' }), 409, 'conflict'),
  changes('B064 dotless i', userWith({ userName: 'adm\u0131n' }), 400, 'invalid_username'),
  changes('B064 Kelvin sign', userWith({ userName: '\u212aen' }), 400, 'invalid_username'),
  changes('B064 sharp s', userWith({ userName: 'stra\u00dfe' }), 400, 'invalid_username'),
  changes('two scripts in one user name', userWith({ userName: 'p\u0430ypal' }), 400, 'mixed_script'),
  changes('B068 line ends in a name', groupWith({ name: 'a\r\nset-cookie: x=1' }), 400, 'invalid_string'),
  changes('an over-long name', groupWith({ name: 'x'.repeat(256) }), 400, 'invalid_string'),
  changes('a control character in a name', groupWith({ name: 'a\u0007b' }), 400, 'invalid_string'),
  changes('a reference for an id', groupWith({ id: 'a:b', name: 'x' }), 400, 'invalid_string'),

  // rights
  changes(
    'B022 a manager gives a role that is not theirs',
    { changes: [{ kind: 'grant.create', subject: 'group:gods', role: 'administrator' }] },
    403,
    'grant_exceeds_own',
    managerKey,
  ),
  changes(
    'B023 a manager nests the group into a stronger one',
    { changes: [{ kind: 'member.add', group: 'strong', member: 'group:gods' }] },
    403,
    'forbidden',
    managerKey,
  ),
  get('B025 the record of somebody else', '/users/sulla', 404, 'not_found', { key: lowKey }),

  ...['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,<script>', 'vbscript:x', 'file:///etc/passwd', 'blob:x'].map((page) =>
    changes(`B228 a page that is no page: ${page}`, userWith({ page }), 400, 'invalid_string'),
  ),
  ...['javascript:alert(1)', 'data:text/html,x', ' java\tscript:alert(1)'].map((portrait) =>
    changes(`B228 a portrait that is no picture: ${JSON.stringify(portrait)}`, userWith({ portrait }), 400, 'invalid_string'),
  ),

  // coming in
  ...[
    ['/sign-in', { login: 'low' }, 'invalid_parameter'],
    ['/sign-in', { login: 'low', password: 'x', remember: true }, 'unknown_field'],
    ['/sign-in', { login: ['low'], password: 'x' }, 'invalid_parameter'],
    ['/sign-in', { login: 'low', password: null }, 'invalid_parameter'],
    ['/sign-in', { login: 'low', password: 'x'.repeat(1025) }, 'password_too_long'],
    ['/sign-in', { login: 'x'.repeat(321), password: 'x' }, 'invalid_string'],
    ['/claim', { token: 'x', userName: 'adm\u0131n', password: 'x' }, 'invalid_username'],
    ['/claim', { token: 'x', userName: 'p\u0430ypal', password: 'x' }, 'mixed_script'],
    ['/claim', { token: 'x', userName: 'eve', email: 'eve', password: 'x' }, 'invalid_string'],
  ].map(
    ([path = '', body, code]): BadInput => ({
      name: `${String(path)} with ${JSON.stringify(body).slice(0, 60)}`,
      path: String(path),
      key: null,
      body,
      status: 400,
      code: code as ErrorCode,
    }),
  ),
  ...[
    ['/sign-in', { login: 'low', password: 'x' }, 'invalid_credentials'],
    ['/sign-in', { login: 'low', password: '\u0000' }, 'invalid_credentials'],
    ['/sign-in', { login: '*', password: 'x' }, 'invalid_credentials'],
    ['/sign-in', { login: 'alice,ou=admins,dc=x', password: 'x' }, 'invalid_credentials'],
    ['/confirm', { token: 'x' }, 'unauthenticated'],
    ['/claim', { token: '../../etc', userName: 'eve', password: 'x' }, 'unauthenticated'],
  ].map(
    ([path = '', body, code]): BadInput => ({
      name: `${String(path)} with ${JSON.stringify(body)}`,
      path: String(path),
      key: null,
      body,
      status: 401,
      code: code as ErrorCode,
    }),
  ),
  get('a session that is none', '/me', 401, 'unauthenticated', { key: null, headers: { cookie: '__Host-curia=x' } }),
  get('B042 a session that somebody made up', '/me', 401, 'unauthenticated', {
    key: null,
    headers: { cookie: `__Host-curia=${'a'.repeat(43)}` },
  }),
  get('a session under another name', '/me', 401, 'unauthenticated', { key: null, headers: { cookie: 'session=x; curia=x' } }),
  get('sessions of a user and of everybody', '/sessions?user=low&everybody=true', 400, 'invalid_parameter'),
  get('the sessions of nobody', '/sessions?user=nobody', 404, 'not_found'),
  { name: 'a session that is not there', method: 'DELETE', path: '/sessions/x', status: 404, code: 'not_found' },
  {
    name: 'a password that is too short',
    method: 'PUT',
    path: '/users/low/password',
    body: { password: 'short' },
    status: 400,
    code: 'invalid_string',
  },
  {
    name: 'B053 a reset for another host',
    path: 'http://evil.example/api/v1/password/reset',
    key: null,
    body: { login: 'low' },
    status: 400,
    code: 'invalid_host',
  },

  // who calls
  get('B030 two credentials', '/me', 400, 'ambiguous_credentials', { headers: { 'x-api-key': lowKey } }),
  get('B030 a key and a session', '/me', 400, 'ambiguous_credentials', { headers: { cookie: 'a=b; __Host-curia=x' } }),
  get('B030 two keys in one header', '/me', 400, 'ambiguous_credentials', {
    key: null,
    headers: { authorization: `Bearer ${adminKey}, Bearer ${lowKey}` },
  }),
  ...[
    ['B031 a scheme without a key', 'Bearer'],
    ['B031 a scheme and a space', 'Bearer '],
    ['B033 malformed Basic', 'Basic !!!'],
    ['B034 Basic without a colon', 'Basic YWRtaW4='],
    ['B035 Basic with an empty password', 'Basic YWRtaW46'],
    ['B037 a token signed by somebody', 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJyb290In0.AAAA'],
    ['a key of the right prefix', `Bearer ${lowKey.slice(0, lowKey.indexOf('.'))}.AAAA`],
    ['a bare key', adminKey],
  ].map(([name = '', authorization = '']) => get(name, '/me', 401, 'unauthenticated', { key: null, headers: { authorization } })),
  get('a key in the address', `/me?key=${adminKey}`, 401, 'unauthenticated', { key: null }),
  get('a scope that is too narrow', '/users', 403, 'scope_denied', { key: narrowKey }),

  // addresses
  { name: 'B048 an unknown method', method: 'PROPFIND', path: '/groups', status: 405, code: 'method_not_allowed' },
  { name: 'a write to a list', method: 'DELETE', path: '/groups', status: 405, code: 'method_not_allowed' },
  get('reading a question', '/check', 405, 'method_not_allowed'),
  get('B051 NUL in a path', '/console/x%00.js', 400, 'invalid_path', { root: true }),
  get('B051 backslash in a path', '/console/..%5c..%5cx', 400, 'invalid_path', { root: true }),
  ...[
    '/api/v1/users/',
    '/API/V1/USERS',
    '/api/v1/%75sers',
    '/api/v1/users;x=1',
    '/api/x/../v1/users',
    '/api/v1%2Fusers',
    '/t/main/api/v1/users',
    '/nothing',
  ].map((path) => get(`B052 without a credential: ${path}`, path, 401, 'unauthenticated', { root: true, key: null })),
  get('B052 doubled slashes', '/api//v1/users', 400, 'invalid_path', { root: true, key: null }),
  ...[
    '/api/v1/users/',
    '/API/V1/USERS',
    '/api/v1/users;x=1',
    '/api/v1%2Fusers',
    '/nothing',
    '/pages/../../package.json',
    '/pages/handler.ts',
  ].map((path) => get(`no such path: ${path}`, path, 404, 'not_found', { root: true })),
  get('B053 another host', 'http://evil.example/api/v1/me', 400, 'invalid_host', { root: true }),
  ...['9007199254740993', '1e3', '-0', '0x10', 'hasOwnProperty', '__proto__', '..a', '%2e%2e%2fx'].map((id) =>
    get(`B091 odd id ${id}`, `/users/${id}`, 404, 'not_found'),
  ),
  get('another tenant, by header', '/users', 404, 'not_found', { headers: { 'curia-tenant': 'other' } }),
  get('another tenant, by path', '/t/other/api/v1/users', 404, 'not_found', { root: true }),

  // queries
  get('B073 a forged cursor', '/users?cursor=AAAA', 400, 'invalid_cursor'),
  ...['-1', '0', '1e9', 'NaN', '1.5', '501', ' 5', '', '9999999999999999999'].map((limit) =>
    get(`B075 limit ${limit}`, `/users?limit=${encodeURIComponent(limit)}`, 400, 'invalid_parameter'),
  ),
  get('an unknown parameter', '/users?password=x', 400, 'unknown_field'),
  get('a parameter given twice', '/users?limit=1&limit=2', 400, 'duplicate_key'),
  get('a time that is none', '/journal?from=yesterday', 400, 'invalid_time'),
  get('a format that is none', '/export?format=xml', 400, 'invalid_parameter'),
  get('B078 a token of another store', '/users', 400, 'invalid_revision', { headers: { 'curia-at-least': 'AAAA' } }),

  // imports
  { name: 'an import in a format that is none', path: '/import?format=xml', body: { files: [] }, status: 400, code: 'invalid_parameter' },
  {
    name: 'B184 CSV with an unbalanced quote',
    path: '/import?format=csv-users',
    headers: { 'content-type': 'text/csv' },
    raw: 'user_name\n"a\n',
    status: 400,
    code: 'invalid_csv',
  },
  {
    name: 'B187 CSV with a column twice',
    path: '/import?format=csv-users',
    headers: { 'content-type': 'text/csv' },
    raw: 'user_name,user_name\na,b\n',
    status: 400,
    code: 'duplicate_column',
  },
  {
    name: 'B195 a world with a cycle',
    path: '/import?format=world',
    raw: JSON.stringify({
      curia: 1,
      groups: [
        { id: 'a', name: 'a' },
        { id: 'b', name: 'b' },
      ],
      memberships: [
        { group: 'a', member: 'group:b' },
        { group: 'b', member: 'group:a' },
      ],
    }),
    status: 409,
    code: 'cycle',
  },
  { name: 'B202 a world of a later version', path: '/import', raw: '{"curia":999999}', status: 400, code: 'unsupported_version' },
  {
    name: 'several files of a format that has one',
    path: '/import',
    body: {
      files: [
        { path: 'a', text: '' },
        { path: 'b', text: '' },
      ],
    },
    status: 400,
    code: 'invalid_parameter',
  },
]

/** Headers of a request as they are sent. */
export function headersOf(input: BadInput): { readonly [name: string]: string } {
  const hasBody = input.body !== undefined || input.raw !== undefined
  return { ...(hasBody ? json : {}), ...input.headers }
}
