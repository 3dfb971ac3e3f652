/** The AuthZEN Authorization API 1.0: its questions asked of ours, its answers and its errors in its own form. */

import { authzenPath, evaluationShape } from '../api/authzen.ts'
import type { EndpointName, InputOf } from '../api/endpoints.ts'
import type { Infer, Json, JsonObject, Properties } from '../core/index.ts'
import { CuriaError, idOf, Refusal, refuse, tenantResource } from '../core/index.ts'
import { pageOf } from './cursor.ts'
import type { Call, Doors } from './door.ts'
import type { PlainAnswer } from './plain-answer.ts'
import { extraHeaders, refusalOf, statusOf } from './problems.ts'

type AuthzenName = Extract<EndpointName, `authzen${string}`>
type Evaluation = Infer<typeof evaluationShape>
type Page = InputOf<'authzenSearchAction'>['page']
interface WithProperties {
  readonly properties?: JsonObject
}

/** At most so many results on one page. */
const pageLimit = 1000

/** What we do not know is a no and no error: a caller cannot tell it from what is there and not allowed. */
const unknown: ReadonlySet<string> = new Set([
  'subject_unknown',
  'permission_unknown',
  'permission_unavailable',
  'unknown_reference',
  'invalid_parameter',
  'invalid_string',
])

/** What `ask` answers, or `otherwise` where the question names what we do not know. */
function knownOr<T>(otherwise: T, ask: () => T): T {
  try {
    return ask()
  } catch (error) {
    if (error instanceof CuriaError && unknown.has(error.code)) return otherwise
    throw error
  }
}

const referenceTo = ({ type, id }: { readonly type: string; readonly id: string }): string => `${type}:${id}`

/** What is sent is laid over the stored attributes of the same name, for the conditions of this question only. */
function circumstances(subject: WithProperties, resource: WithProperties, action: WithProperties, context: JsonObject | undefined) {
  const properties: Properties = {
    ...(subject.properties === undefined ? {} : { subject: subject.properties }),
    ...(resource.properties === undefined ? {} : { resource: resource.properties }),
    ...(action.properties === undefined ? {} : { action: action.properties }),
  }
  return { properties, ...(context === undefined ? {} : { context }) }
}

function decide({ access }: Call, { subject, action, resource, context }: Evaluation, at = access.now()): boolean {
  return knownOr(
    false,
    () =>
      access.check({
        subject: referenceTo(subject),
        action: action.name,
        resource: referenceTo(resource),
        ...circumstances(subject, resource, action, context),
        at,
      }).allowed,
  )
}

function evaluations(call: Call, input: InputOf<'authzenEvaluations'>) {
  const { evaluations: items = [], options, ...shared } = input
  if (items.length === 0) return { decision: decide(call, evaluationShape.read(shared, '')) }
  // Nothing waits between two of them: all are judged at one revision.
  const at = call.access.now()
  const semantic = options?.evaluations_semantic ?? 'execute_all'
  const decided: { readonly decision: boolean; readonly context?: JsonObject }[] = []
  for (const item of items) {
    const answer = evaluationOf(item, shared)
    const decision = answer instanceof Refusal ? false : decide(call, answer, at)
    decided.push({ decision, ...(answer instanceof Refusal ? { context: { error: { status: 400, message: answer.message } } } : {}) })
    if (semantic === 'deny_on_first_deny' && !decision) break
    if (semantic === 'permit_on_first_permit' && decision) break
  }
  return { evaluations: decided }
}

type Shared = Pick<InputOf<'authzenEvaluations'>, 'subject' | 'action' | 'resource' | 'context'>

/** One item, completed and read; the refusal of this item alone where it cannot be. */
function evaluationOf(item: Json, shared: Shared): Evaluation | Refusal {
  try {
    return evaluationShape.read(completed(item, shared), '')
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal
    throw refusal
  }
}

const identifiers = { subject: ['type', 'id'], action: ['name'], resource: ['type', 'id'], context: [] } as const

/** What an item does not say it takes from beside the list: whole entities, and of an entity that it does say the names it lacks. */
function completed(item: Json, shared: Shared): JsonObject {
  const own = asObject(item)
  if (own === undefined) throw refuse('invalid_parameter', { field: 'evaluations', reason: 'holds an item that is no object' })
  const complete: { [name: string]: Json } = { ...own }
  for (const name of ['subject', 'action', 'resource', 'context'] as const) {
    const common = shared[name]
    const mine = asObject(own[name])
    if (common === undefined) continue
    if (own[name] === undefined) complete[name] = common
    else if (mine !== undefined) complete[name] = { ...named(common, identifiers[name]), ...mine }
  }
  return complete
}

function asObject(value: Json | undefined): JsonObject | undefined {
  // What is neither a list nor null nor plain is an object.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

function named(entity: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(entity).filter(([name]) => names.includes(name)))
}

/** A page of results. `keys` are sorted; the token is bound to the caller and the question. */
function answered<T>(call: Call, keys: readonly string[], page: Page, question: object, shown: (key: string) => T) {
  const owner = { actor: call.access.actor, authzen: question }
  const limit = Math.min(page?.limit ?? pageLimit, pageLimit)
  // An empty token is how the standard says that there is none.
  const cursor = [page?.token, page?.next_token].find((token) => token !== undefined && token !== '')
  const { items, next = '', total } = pageOf(keys, (key) => key, { limit, cursor }, owner, call.cursors)
  return { results: items.map(shown), page: { next_token: next, count: items.length, total } }
}

/** The doors of AuthZEN. */
export const authzenDoors: Pick<Doors, AuthzenName> = {
  authzenEvaluation: (call, input) => ({ decision: decide(call, input) }),
  authzenEvaluations: evaluations,

  authzenSearchSubject(call, { page, ...question }) {
    const { subject, action, resource, context } = question
    const { access } = call
    const check = {
      action: action.name,
      resource: referenceTo(resource),
      ...circumstances(subject, resource, action, context),
      at: access.now(),
    }
    const found = knownOr<readonly string[]>([], () => {
      // Groups may ask as well, but the list of subjects is one of people and programs.
      if (subject.type !== 'group') return access.listSubjects(check).items.filter((item) => item.startsWith(`${subject.type}:`))
      const groups = access.records('group').map(({ id }) => `group:${id}`)
      return groups.filter((group) => access.check({ ...check, subject: group }).allowed)
    })
    return answered(call, found, page, { subject: question }, (key) => ({ type: subject.type, id: idOf(key) }))
  },

  authzenSearchResource(call, { page, ...question }) {
    const { subject, action, resource, context } = question
    const found = knownOr<readonly string[]>(
      [],
      () =>
        call.access.listResources({
          subject: referenceTo(subject),
          action: action.name,
          type: resource.type,
          ...circumstances(subject, resource, action, context),
        }).items,
    )
    return answered(call, found, page, { resource: question }, (key) => ({
      type: resource.type,
      // The tenant is written without id among us.
      id: key === tenantResource ? call.access.tenant : idOf(key),
    }))
  },

  authzenSearchAction(call, { page, ...question }) {
    const { subject, resource, context } = question
    const asked = {
      subject: referenceTo(subject),
      resource: referenceTo(resource),
      ...circumstances(subject, resource, {}, context),
    }
    // On the tenant every permission can be asked, by its whole name.
    const found = knownOr<readonly string[]>([], () =>
      resource.type === tenantResource ? call.access.listPermissions(asked).items : call.access.listActions(asked).items,
    )
    return answered(call, found, page, { action: question }, (name) => ({ name }))
  },

  authzenConfiguration(call) {
    const address = call.address()
    return {
      policy_decision_point: address,
      access_evaluation_endpoint: `${address}${authzenPath}/evaluation`,
      access_evaluations_endpoint: `${address}${authzenPath}/evaluations`,
      search_subject_endpoint: `${address}${authzenPath}/search/subject`,
      search_resource_endpoint: `${address}${authzenPath}/search/resource`,
      search_action_endpoint: `${address}${authzenPath}/search/action`,
    }
  },
}

/** Whether a path, without what names a tenant, is one of AuthZEN, whose errors have a form of their own. */
export function isAuthzen(path: string): boolean {
  return path.startsWith(`${authzenPath}/`)
}

/** An error as the standard has it: a status and a message, which begins with our code. It knows 400 where we say 415 or 422. */
export function messageOf(thrown: unknown): PlainAnswer {
  const refusal = refusalOf(thrown)
  const ours = refusal === undefined ? 500 : statusOf[refusal.code]
  const status = ours === 415 || ours === 422 ? 400 : ours
  const message = refusal === undefined ? 'something went wrong on the server' : `${refusal.code}: ${refusal.message}`
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...extraHeaders(refusal) }, text: message }
}
