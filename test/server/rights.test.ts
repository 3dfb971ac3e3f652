import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Endpoint } from '../../src/api/endpoint.ts'
import type { EndpointName } from '../../src/api/endpoints.ts'
import { endpointNames, endpoints } from '../../src/api/endpoints.ts'
import { requireRights } from '../../src/server/handler.ts'
import { createHandler } from '../../src/server/index.ts'
import { smtpMailer } from '../../src/service/mail.ts'
import { scimTarget } from '../../src/targets/scim.ts'
import type { Installed } from '../doors/installation.ts'
import { adminKey, installWith, lowKey, managerKey, narrowKey } from '../doors/installation.ts'
import { legion } from '../doors/legion.ts'
import type { SmtpSink } from '../service/smtp-sink.ts'
import { startSmtpSink } from '../service/smtp-sink.ts'
import { ScimServer } from '../targets/scim-server.ts'

let installed: Installed
let sink: SmtpSink
/** What the calls of sign-in name: tokens of letters and ids, made below. */
const made = { accept: '', withdraw: '', confirm: '', reset: '', session: '' }
const password = 'seven hills beside a river'
beforeAll(async () => {
  const more = [
    { kind: 'role.create', codename: 'reader', permissions: ['legion.view'] },
    { kind: 'group-type.create', codename: 'college' },
    { kind: 'group-entity.create', codename: 'old' },
    { kind: 'permission.create', name: 'chat.export' },
    { kind: 'source.create', name: 'castra' },
    { kind: 'service.create', id: 'courier', name: 'Courier' },
    { kind: 'grant.create', id: 'g1', subject: 'user:mars', role: 'reader' },
    { kind: 'group.create', id: 'colony', name: 'Colony', type: 'domain' },
    // What the calls below change and delete.
    { kind: 'user.create', id: 'doomed', userName: 'doomed' },
    { kind: 'service.create', id: 'doomed-service', name: 'Doomed' },
    { kind: 'group.create', id: 'doomed-group', name: 'Doomed' },
    { kind: 'group.create', id: 'doomed-domain', name: 'Doomed domain', type: 'domain' },
    { kind: 'group-type.create', codename: 'doomed' },
    { kind: 'group-entity.create', codename: 'doomed' },
    { kind: 'role.create', codename: 'doomed' },
    { kind: 'permission.create', name: 'old.permission' },
    { kind: 'resource-type.create', name: 'doomed' },
    { kind: 'resource.create', resource: 'legion:13' },
    { kind: 'grant.create', id: 'doomed-grant', subject: 'user:mars', role: 'reader' },
    { kind: 'assignment.create', id: 'doomed-assignment', resource: 'legion:4', group: 'gods' },
    { kind: 'source.create', name: 'doomed' },
    { kind: 'group.create', id: 'left', name: 'Left', origin: 'plugin:left' },
    { kind: 'group.create', id: 'gone', name: 'Gone', origin: 'plugin:gone' },
    { kind: 'api-key.create', id: 'doomed-key', prefix: 'doomed', hash: '0'.repeat(64), owner: 'user:mars' },
  ] as const
  const directory = new ScimServer()
  const target = scimTarget({ url: 'https://directory.example/scim/v2', token: 'a token', fetch: directory.fetch })
  const targets = [{ name: 'directory', target }]
  sink = await startSmtpSink()
  const mailer = smtpMailer({ server: sink.url, from: 'curia@example.org' })
  const settings = { signUp: true, basic: true }
  installed = await installWith({ targets, signIn: { settings, mailer, address: () => 'http://localhost:4680' } }, legion, more)
  const { access, admin, signIn, as } = installed
  await access.write([
    { kind: 'user.update', id: 'mars', emails: ['mars@example.org'] },
    { kind: 'tenant.create', id: 'gaul' },
    { kind: 'tenant.create', id: 'doomed' },
    { kind: 'user.create', id: 'guest', userName: 'guest' },
    { kind: 'grant.create', subject: 'user:manager', role: 'manager', resource: 'group:greeks' },
  ])
  for (const user of ['root', 'mars', 'low', 'guest']) await signIn.setPassword('system:test', user, password)
  made.session = (await as().signIn({ login: 'guest', password })).id
  made.withdraw = (await admin.invite({ email: 'one@example.org' })).id
  await admin.invite({ email: 'two@example.org', groups: ['greeks'] })
  made.accept = await sink.tokenTo('two@example.org')
  await as().signUp({ userName: 'three', email: 'three@example.org', password })
  made.confirm = await sink.tokenTo('three@example.org')
  await as().askForReset({ login: 'mars' })
  made.reset = await sink.tokenTo('mars@example.org')
})
afterAll(async () => {
  await installed.access.close()
  await sink.stop()
})

const sulla = { subject: { type: 'user', id: 'sulla' } }
const fourth = { type: 'legion', id: '4' }

interface Call {
  readonly path?: string
  readonly body?: unknown
}

/** A call of each endpoint that succeeds for an administrator and is about others. Forget one and this does not compile. */
const calls: { readonly [Name in EndpointName]: Call | (() => Call) } = {
  check: { body: { subject: 'user:sulla', action: 'view', resource: 'legion:4' } },
  checkMany: { body: { checks: [{ subject: 'user:sulla', action: 'view', resource: 'legion:4' }] } },
  explain: { body: { subject: 'user:sulla', action: 'view', resource: 'legion:4' } },
  searchSubjects: { body: { action: 'view', resource: 'legion:4' } },
  searchResources: { body: { subject: 'user:sulla', action: 'view', type: 'legion' } },
  searchActions: { body: { subject: 'user:sulla', resource: 'legion:4' } },
  searchPermissions: { body: { subject: 'user:sulla' } },
  searchRoles: { body: { subject: 'user:sulla' } },
  searchHolders: { body: { role: 'reader' } },
  searchGroups: { body: { member: 'user:sulla' } },
  searchMembers: { body: { group: 'consuls', mode: 'effective' } },
  changes: { body: { changes: [{ kind: 'group.create', name: 'Somebody made this' }] } },
  journal: {},
  verifyJournal: {},
  journalStream: {},
  undo: { path: '/api/v1/journal/4/undo', body: { preview: true } },
  exportGroup: { path: '/api/v1/groups/gods/export' },
  exportWorld: {},
  importFiles: {
    path: '/api/v1/import?preview=true',
    body: { files: [{ path: 'world.yaml', text: 'curia: 1\ngroups: [{ id: g, name: G }]' }] },
  },
  users: {},
  user: { path: '/api/v1/users/sulla' },
  serviceAccounts: {},
  serviceAccount: { path: '/api/v1/service-accounts/courier' },
  groups: {},
  group: { path: '/api/v1/groups/consuls' },
  groupTypes: {},
  groupType: { path: '/api/v1/group-types/college' },
  groupEntities: {},
  groupEntity: { path: '/api/v1/group-entities/old' },
  roles: {},
  role: { path: '/api/v1/roles/reader' },
  permissions: {},
  permission: { path: '/api/v1/permissions/chat.export' },
  resourceTypes: {},
  resourceType: { path: '/api/v1/resource-types/legion' },
  resources: {},
  resource: { path: '/api/v1/resources/legion%3A4' },
  grants: {},
  grant: { path: '/api/v1/grants/g1' },
  assignments: {},
  assignment: { path: '/api/v1/assignments/legio-iv' },
  sources: {},
  source: { path: '/api/v1/sources/castra' },
  apiKeys: {},
  apiKey: { path: '/api/v1/api-keys/low-key' },
  tenants: {},
  tenant: { path: '/api/v1/tenants/gaul' },
  createTenant: { body: { id: 'fresh' } },
  openTenant: { path: '/api/v1/tenants/gaul/entry' },
  updateTenant: { path: '/api/v1/tenants/doomed', body: { name: 'x' } },
  deleteTenant: { path: '/api/v1/tenants/doomed?confirm=doomed' },
  policies: {},
  policy: { path: '/api/v1/policies/default' },
  setPolicy: { path: '/api/v1/policies/default', body: { policy: { group: ['view'] } } },
  createUser: { body: { id: 'fresh', userName: 'fresh' } },
  updateUser: { path: '/api/v1/users/doomed', body: { displayName: 'Doomed' } },
  deleteUser: { path: '/api/v1/users/doomed' },
  createServiceAccount: { body: { name: 'Fresh' } },
  updateServiceAccount: { path: '/api/v1/service-accounts/doomed-service', body: { description: 'x' } },
  deleteServiceAccount: { path: '/api/v1/service-accounts/doomed-service' },
  createGroup: { body: { name: 'Fresh' } },
  updateGroup: { path: '/api/v1/groups/doomed-group', body: { description: 'x' } },
  deleteGroup: { path: '/api/v1/groups/doomed-group?children=lift' },
  domains: {},
  domain: { path: '/api/v1/domains/colony' },
  createDomain: { body: { name: 'Fresh domain' } },
  updateDomain: { path: '/api/v1/domains/doomed-domain', body: { contact: 'x' } },
  deleteDomain: { path: '/api/v1/domains/doomed-domain' },
  createGroupType: { body: { codename: 'fresh' } },
  updateGroupType: { path: '/api/v1/group-types/doomed', body: { label: 'x' } },
  deleteGroupType: { path: '/api/v1/group-types/doomed' },
  createGroupEntity: { body: { codename: 'fresh' } },
  updateGroupEntity: { path: '/api/v1/group-entities/doomed', body: { label: 'x' } },
  deleteGroupEntity: { path: '/api/v1/group-entities/doomed' },
  createRole: { body: { codename: 'fresh', permissions: ['legion.view'] } },
  updateRole: { path: '/api/v1/roles/doomed', body: { label: 'x' } },
  deleteRole: { path: '/api/v1/roles/doomed' },
  createPermission: { body: { name: 'new.permission' } },
  updatePermission: { path: '/api/v1/permissions/old.permission', body: { label: 'x' } },
  deletePermission: { path: '/api/v1/permissions/old.permission' },
  createResourceType: { body: { name: 'fresh' } },
  updateResourceType: { path: '/api/v1/resource-types/doomed', body: { description: 'x' } },
  deleteResourceType: { path: '/api/v1/resource-types/doomed' },
  createResource: { body: { resource: 'legion:14' } },
  updateResource: { path: '/api/v1/resources/legion%3A13', body: { attributes: { lost: true } } },
  deleteResource: { path: '/api/v1/resources/legion%3A13' },
  createGrant: { body: { subject: 'user:mars', permission: 'legion.view' } },
  updateGrant: { path: '/api/v1/grants/doomed-grant', body: { reason: 'x' } },
  deleteGrant: { path: '/api/v1/grants/doomed-grant' },
  createAssignment: { body: { resource: 'legion:4', group: 'greeks' } },
  deleteAssignment: { path: '/api/v1/assignments/doomed-assignment' },
  createSource: { body: { name: 'fresh' } },
  updateSource: { path: '/api/v1/sources/doomed', body: { label: 'x' } },
  deleteSource: { path: '/api/v1/sources/doomed' },
  createApiKey: { body: { owner: 'user:mars' } },
  updateApiKey: { path: '/api/v1/api-keys/doomed-key', body: { active: false } },
  deleteApiKey: { path: '/api/v1/api-keys/doomed-key' },
  groupMembers: { path: '/api/v1/groups/consuls/members?mode=effective' },
  groupMember: { path: '/api/v1/groups/consuls/members/user%3Asulla' },
  addMember: { path: '/api/v1/groups/greeks/members', body: { member: 'user:sulla' } },
  updateMember: { path: '/api/v1/groups/consuls/members/user%3Ametellus', body: { reason: 'x' } },
  removeMember: { path: '/api/v1/groups/consuls/members/user%3Ametellus' },
  moveGroup: { path: '/api/v1/groups/greeks/move', body: { parent: 'gods' } },
  groupAncestors: { path: '/api/v1/groups/consuls/ancestors' },
  groupDescendants: { path: '/api/v1/groups/gods/descendants' },
  groupSiblings: { path: '/api/v1/groups/consuls/siblings' },
  groupGroups: { path: '/api/v1/groups/consuls/groups' },
  groupRoles: { path: '/api/v1/groups/consuls/roles?resource=legion:4' },
  groupTree: {},
  groupManagers: { path: '/api/v1/groups/consuls/managers' },
  groupPermissions: { path: '/api/v1/groups/consuls/permissions' },
  groupAccess: { path: '/api/v1/groups/consuls/access' },
  groupGraph: { path: '/api/v1/groups/consuls/graph' },
  groupPermissionTree: { path: '/api/v1/groups/consuls/permission-tree' },
  writeGroupPermissionTree: { path: '/api/v1/groups/consuls/permission-tree', body: { tree: { chat: { export: true } } } },
  defaultPermissionTree: {},
  writeDefaultPermissionTree: { body: { tree: { chat: { export: false } } } },
  directGroups: { path: '/api/v1/direct-groups?users=sulla' },
  userGroups: { path: '/api/v1/users/sulla/groups' },
  userMemberships: { path: '/api/v1/users/sulla/memberships' },
  userRoles: { path: '/api/v1/users/mars/roles' },
  userPermissions: { path: '/api/v1/users/sulla/permissions?resource=legion:4' },
  userAccess: { path: '/api/v1/users/sulla/access' },
  settings: {},
  index: {},
  targets: {},
  target: { path: '/api/v1/targets/directory' },
  probeTarget: { path: '/api/v1/targets/directory/probe' },
  planTarget: { path: '/api/v1/targets/directory/plan' },
  runTarget: { path: '/api/v1/targets/directory/run' },
  repairTarget: { path: '/api/v1/targets/directory/repair' },
  updateSettings: { body: { rootSiblings: true } },
  openDoors: {},
  signIn: { body: { login: 'root', password } },
  signInAgain: { body: { password } },
  signOut: {},
  signUp: { body: { userName: 'four', email: 'four@example.org', password } },
  claim: { body: { token: 'x', userName: 'five', password } },
  confirm: () => ({ body: { token: made.confirm } }),
  changePassword: { body: { current: password, password: `${password}, and a bridge` } },
  askForReset: { body: { login: 'nobody' } },
  resetPassword: () => ({ body: { token: made.reset, password: `${password}, and a wall` } }),
  setPassword: { path: '/api/v1/users/sulla/password', body: { password } },
  sessions: { path: '/api/v1/sessions?user=mars' },
  endSession: () => ({ path: `/api/v1/sessions/${made.session}` }),
  endSessions: { path: '/api/v1/sessions?user=mars' },
  userSignIns: { path: '/api/v1/users/mars/sign-ins' },
  invitations: {},
  invite: { body: { email: 'six@example.org', groups: ['greeks'] } },
  withdrawInvitation: () => ({ path: `/api/v1/invitations/${made.withdraw}` }),
  acceptInvitation: () => ({ body: { token: made.accept, userName: 'two', password } }),
  plugins: {},
  orphans: { path: '/api/v1/plugins/left/orphans' },
  takeOverOrphans: { path: '/api/v1/plugins/left/take-over', body: {} },
  removeOrphans: { path: '/api/v1/plugins/gone/remove', body: {} },
  userRanges: { path: '/api/v1/user-ranges?sort=userName' },
  groupRanges: { path: '/api/v1/group-ranges?sort=name' },
  endingMemberships: {},
  audit: { body: { permissions: ['legion.view'], resources: ['legion:4'] } },
  auditCsv: { body: { permissions: ['tenant.view'] } },
  auditAt: { path: '/api/v1/audit?permissions=legion.view&resources=legion:4' },
  auditCsvAt: { path: '/api/v1/audit.csv?permissions=tenant.view' },
  me: {},
  myRights: { path: '/api/v1/me/rights?resources=tenant%20user:mars' },
  authzenEvaluation: { body: { ...sulla, action: { name: 'view' }, resource: fourth } },
  authzenEvaluations: { body: { ...sulla, action: { name: 'view' }, evaluations: [{ resource: fourth }] } },
  authzenSearchSubject: { body: { subject: { type: 'user' }, action: { name: 'view' }, resource: fourth } },
  authzenSearchResource: { body: { ...sulla, action: { name: 'view' }, resource: { type: 'legion' } } },
  authzenSearchAction: { body: { ...sulla, resource: fourth } },
  authzenConfiguration: {},
  healthz: {},
  readyz: {},
  document: {},
}

/** Everything that anybody may have without a credential. A new line here is a decision. */
const publicEndpoints: readonly EndpointName[] = [
  'openDoors',
  'signIn',
  'signUp',
  'claim',
  'confirm',
  'askForReset',
  'resetPassword',
  'acceptInvitation',
  'authzenConfiguration',
  'healthz',
  'readyz',
  'document',
]
/** What only a session may have: it is about that session, or about the password it began with. */
const forSessions: readonly EndpointName[] = ['signInAgain', 'signOut', 'changePassword']
/** Nobody may have it once there is an administrator, an administrator least of all. */
const over: EndpointName = 'claim'
const publicPages = ['/', '/people/ada', '/docs', '/pages/docs.css', '/pages/docs.js', '/pages/emblem.svg', '/examples/company.yaml']
/** What any active user may have: words about themselves. */
const forEverybody: readonly EndpointName[] = ['me', 'myRights', 'changePassword']

/** Lists, which hold what the caller may see. */
const lists = endpointNames.filter((name) => endpoints[name].right.kind === 'seen')

/** What a key that is narrowed to checks may call: the questions about anybody. */
const asks = (name: EndpointName) => {
  const { right } = endpoints[name]
  return 'permission' in right && right.permission === 'tenant.check'
}

const guarded = endpointNames.filter((name) => !publicEndpoints.includes(name))

function callOf(name: EndpointName): Call {
  const call = calls[name]
  return typeof call === 'function' ? call() : call
}

/** As the holder of an API key, or of other credentials. */
function send(name: EndpointName, key?: string, credentials: Record<string, string> = {}, asked?: string): Promise<Response> {
  const endpoint: Endpoint = endpoints[name]
  const { path = asked ?? endpoint.path, body } = { ...callOf(name), ...(asked === undefined ? {} : { path: asked }) }
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const init = { headers: { ...type, ...credentials }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  return installed.send(endpoint.method, path, { ...init, key })
}

/** A new session as a browser has it. */
async function sessionOf(login: string): Promise<Record<string, string>> {
  const body = JSON.stringify({ login, password })
  const response = await installed.send('POST', '/api/v1/sign-in', { body, headers: { 'content-type': 'application/json' } })
  return { cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '', origin: 'http://localhost:4680' }
}

/** AuthZEN has messages, which begin with the code. */
const codeOf = async (response: Response) => {
  const text = await response.text()
  return text.startsWith('{') ? (JSON.parse(text) as { readonly code?: string }).code : text.slice(0, text.indexOf(':'))
}

describe('the rights of the endpoints', () => {
  it('open only these without a credential', () => {
    expect(endpointNames.filter((name) => endpoints[name].right.kind === 'public')).toEqual(publicEndpoints)
  })

  it.each([...publicPages, '/healthz', '/readyz', '/openapi.json'])('give %s to anybody', async (path) => {
    const response = await installed.send('GET', path)
    expect(response.status).toBe(200)
    expect(response.headers.get('curia-revision')).toBe(null)
  })

  it.each(guarded)('refuse %s to nobody in particular', async (name) => {
    const response = await send(name)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="curia"')
    expect(await codeOf(response)).toBe('unauthenticated')
  })

  it.each(guarded)('refuse %s to a wrong key, in the same words', async (name) => {
    const response = await send(name, `${adminKey}x`)
    expect([response.status, await codeOf(response)]).toEqual([401, 'unauthenticated'])
  })

  it.each(guarded.filter((name) => !forEverybody.includes(name) && !lists.includes(name)))(
    'refuse %s to an active user without rights',
    async (name) => {
      const before = installed.state()
      const response = await send(name, lowKey)
      expect([403, 404]).toContain(response.status)
      expect(['forbidden', 'not_found', 'grant_exceeds_own']).toContain(await codeOf(response))
      expect(installed.state()).toBe(before)
    },
  )

  it('refuse to the session of a user without rights what they refuse to the key', async () => {
    const credentials = await sessionOf('low')
    const names = guarded.filter((name) => !forEverybody.includes(name) && !lists.includes(name) && !forSessions.includes(name))
    const before = installed.state()
    const outcomes = await Promise.all(
      names.map(async (name) => {
        const [bySession, byKey] = [await send(name, undefined, credentials), await send(name, lowKey)]
        return [name, bySession.status, await codeOf(bySession), byKey.status, await codeOf(byKey)] as const
      }),
    )
    expect(outcomes.filter(([, status, code, other, otherCode]) => status !== other || code !== otherCode)).toEqual([])
    expect(outcomes.filter(([, status]) => status !== 403 && status !== 404)).toEqual([])
    expect(installed.state()).toBe(before)
  })

  it('let the manager of one group do just what is about this group', async () => {
    const outcomes: EndpointName[] = []
    for (const name of guarded.filter((one) => !forEverybody.includes(one) && !lists.includes(one) && !forSessions.includes(one))) {
      // Foretold where that is possible: what may be done is not done.
      const { path = endpoints[name].path } = callOf(name)
      const { previewAnswer } = endpoints[name] as Endpoint
      const previews = previewAnswer !== undefined && name !== 'changes' && name !== 'undo' && !path.includes('preview=')
      const asked = previews ? `${path}${path.includes('?') ? '&' : '?'}preview=true` : path
      const response = await send(name, managerKey, {}, asked)
      if (response.status !== 403 && response.status !== 404) outcomes.push(name)
    }
    // The calls are about `consuls` for the most part; these are about `greeks`, or judged by what they touch.
    expect(outcomes).toEqual(['addMember'])
  })

  it.each(guarded.filter((name) => !asks(name)))('refuse %s to a key that is narrowed to checks, whoever owns it', async (name) => {
    const response = await send(name, narrowKey)
    expect([response.status, await codeOf(response)]).toEqual([403, 'scope_denied'])
  })

  it.each(guarded.filter(asks))('give %s to a key that is narrowed to checks', async (name) => {
    expect((await send(name, narrowKey)).status).toBe(200)
  })

  it.each(endpointNames.filter((name) => name !== over))('give %s to an administrator, as the document describes it', async (name) => {
    const isOfSession = forSessions.includes(name)
    const key = publicEndpoints.includes(name) || isOfSession ? undefined : adminKey
    const response = await send(name, key, isOfSession ? await sessionOf('root') : {})
    const { answer, previewAnswer, textAnswer, status = 200, tagged } = endpoints[name] as Endpoint
    if (textAnswer !== undefined) return
    const { path = '', body } = callOf(name)
    const isPreview = path.includes('preview=true') || (typeof body === 'object' && body !== null && 'preview' in body)
    expect([name, response.status]).toEqual([name, isPreview ? 200 : status])
    expect(response.headers.has('etag')).toBe(tagged === true && status !== 204)
    expect(response.headers.has('location')).toBe(status === 201)
    if (status === 204) {
      expect(await response.text()).toBe('')
      return
    }
    const shape = isPreview && previewAnswer !== undefined ? previewAnswer : answer
    // The shape refuses unknown and missing fields.
    expect(shape.read(await response.json(), '')).toBeDefined()
  })

  it.each(lists)('show somebody without rights nothing of others: %s', async (name) => {
    const response = await send(name, lowKey)
    const { items, total } = (await response.json()) as { readonly items: readonly object[]; readonly total: number }
    // Everybody may see the own record.
    expect([items.length, total]).toEqual(name === 'users' || name === 'userRanges' ? [1, 1] : [0, 0])
    if (name === 'users') expect(items).toMatchObject([{ id: 'low' }])
  })

  it.each([
    ['explain', { subject: 'user:low', action: 'chat.export' }],
    ['check', { subject: 'user:low', action: 'chat.export' }],
    ['searchPermissions', { subject: 'user:low' }],
    ['checkMany', { checks: [{ subject: 'user:low', action: 'chat.export' }] }],
    ['searchGroups', { member: 'user:low' }],
  ] as const)('let everybody ask about themselves: %s', async (name, body) => {
    const response = await installed.send('POST', endpoints[name].path, {
      key: lowKey,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
    expect(response.status).toBe(200)
  })

  it('tell nobody whether a record is there that they may not see', async () => {
    for (const [there, absent] of [
      ['/users/sulla', '/users/nobody'],
      ['/groups/consuls', '/groups/nothing'],
      ['/roles/reader', '/roles/nothing'],
      ['/resources/legion%3A4', '/resources/legion%3A5'],
    ]) {
      const [one, other] = await Promise.all([there, absent].map((path) => installed.send('GET', `/api/v1${path}`, { key: lowKey })))
      expect([one?.status, other?.status]).toEqual([404, 404])
    }
    expect((await installed.low.user({ key: 'low' })).userName).toBe('low')
  })

  it('refuse to start with an endpoint that has none', () => {
    expect(() => requireRights({ check: endpoints.check })).not.toThrow()
    expect(() => requireRights({ check: endpoints.check, open: {} })).toThrow('open')
    expect(() => requireRights({ open: { right: { kind: 'permission', permission: '' } } })).toThrow('open')
  })

  it('refuse to start without anybody who could call', () => {
    expect(() => createHandler({ access: installed.access, version: '0' })).toThrow('authenticate')
  })
})
