/** All questions over the present state: reads what was asked, answers it, and names the revision and the moment. */

import { decide, findings } from './decide.ts'
import { CuriaError, Refusal, refuse } from './errors.ts'
import { explainQuestion } from './explain.ts'
import type { ListPage, PageWish } from './list-page.ts'
import { pageOfItems, pageOfTexts, requirePageWish } from './list-page.ts'
import { asked, permissionsInRole } from './permission.ts'
import { momentOf, readAsker, readQuestion, readResourceIn, requireMember } from './question.ts'
import type { Check, CheckManyItem, Circumstances, Decision, Listing, Questions } from './questions.ts'
import { permissionsHeld, rolesHeld } from './quick/lists/held.ts'
import { holdersPage } from './quick/lists/holders.ts'
import { groupsPage, membersPage } from './quick/lists/members.ts'
import { subjectsPage } from './quick/lists/subjects.ts'
import { preparedCheck } from './quick/prepared-check.ts'
import { quickAskerAt } from './quick/quick-asker.ts'
import { quickReason } from './quick/quick-check.ts'
import { idOf, typeOf } from './reference.ts'
import { requireResource, resourcesAllowed } from './search.ts'
import type { Snapshot } from './snapshot.ts'
import type { Instant } from './validity.ts'

/** At most so many checks in one `checkMany`. */
export const checkManyLimit = 10_000

/**
 * The questions over whatever snapshot `current` gives at the time of asking.
 * @param now the clock; asked once per question
 */
export function questionsOf(current: () => Snapshot, now: () => Instant): Questions {
  function list<T>(question: Pick<Circumstances, 'at'> & PageWish, find: (snapshot: Snapshot, at: Instant) => ListPage<T>): Listing<T> {
    return refusing(() => {
      requirePageWish(question)
      const snapshot = current()
      const at = momentOf(question, now())
      return { ...find(snapshot, at), revision: snapshot.revision, at }
    })
  }
  const resourceOf = (snapshot: Snapshot, resource: string | undefined) => {
    const [read] = readResourceIn(snapshot, resource)
    requireResource(snapshot, read)
    return read
  }
  const groupOf = (snapshot: Snapshot, reference: string): string => {
    const id = reference.startsWith('group:') ? idOf(reference) : reference
    if (!snapshot.has('group', id)) throw refuse('unknown_reference', { reference: `group:${id}`, field: 'group' })
    return id
  }

  const preparing = { current, now, exactly: (check: Check) => refusing(() => answer(current(), check, now())).reason }

  return {
    check(check) {
      try {
        return answer(current(), check, now())
      } catch (refusal) {
        throw told(refusal)
      }
    },

    prepare: (check) => preparedCheck(preparing, check),

    checkMany: (checks, circumstances = {}) =>
      refusing(() => {
        if (checks.length > checkManyLimit) throw refuse('too_many_items', { field: 'checks', found: checks.length, limit: checkManyLimit })
        const snapshot = current()
        const moment = momentOf(circumstances, now())
        return { items: checks.map((check) => oneOfMany(snapshot, check, moment)), revision: snapshot.revision }
      }),

    explain: (check) => refusing(() => explainQuestion(readQuestion(current(), check, now(), quickAskerAt))),

    suppose: (check) =>
      refusing(() => {
        const question = readQuestion(current(), check, now())
        return question.asker.active ? findings({ ...question, supposing: true }) : []
      }),

    listActions: (question) =>
      list(question, (snapshot, at) => {
        const subject = requireMember(snapshot, question.subject)
        const resource = resourceOf(snapshot, question.resource)
        const type = typeOf(resource)
        const held = permissionsHeld(snapshot, subject, resource, at, question).filter((permission) => permission.type === type)
        return pageOfTexts(question, held.map(({ action }) => action).sort())
      }),

    listResources: (question) =>
      list(question, (snapshot, at) => resourcesAllowed(snapshot, { ...question, subject: requireMember(snapshot, question.subject) }, at)),

    listSubjects: (question) =>
      list(question, (snapshot, at) => {
        const [resource] = readResourceIn(snapshot, question.resource)
        return subjectsPage(snapshot, asked(snapshot, question.action, resource), resource, at, question)
      }),

    listPermissions: (question) =>
      list(question, (snapshot, at) => {
        const subject = requireMember(snapshot, question.subject)
        const held = permissionsHeld(snapshot, subject, resourceOf(snapshot, question.resource), at, question)
        return pageOfTexts(
          question,
          held.map(({ name }) => name),
        )
      }),

    groupsOf: ({ member, mode = 'effective', ...question }) =>
      list(question, (snapshot, at) => groupsPage(snapshot, requireMember(snapshot, member), { mode, ...question }, at)),

    membersOf: ({ group, mode = 'direct', all = false, ...question }) =>
      list(question, (snapshot, at) => membersPage(snapshot, groupOf(snapshot, group), { mode, all, ...question }, at)),

    rolesOf: (question) =>
      list(question, (snapshot, at) => {
        const asker = readAsker(snapshot, question.subject, at, quickAskerAt)
        return pageOfTexts(question, rolesHeld(snapshot, asker, resourceOf(snapshot, question.resource), at, question))
      }),

    permissionsOf: (question) =>
      list(question, (snapshot) => {
        requireRole(snapshot, question.role)
        return pageOfItems(question, permissionsInRole(snapshot, question.role), ({ permission }) => permission)
      }),

    holdersOf: (question) =>
      list(question, (snapshot, at) => {
        requireRole(snapshot, question.role)
        return holdersPage(snapshot, question.role, resourceOf(snapshot, question.resource), at, question)
      }),
  }
}

function requireRole(snapshot: Snapshot, role: string): void {
  if (snapshot.role(role) === undefined) throw refuse('unknown_reference', { reference: `role:${role}`, field: 'role' })
}

function answer(snapshot: Snapshot, check: Check, now: Instant): Decision {
  const at = momentOf(check, now)
  const reason = quickReason(snapshot, check, at) ?? decide(readQuestion(snapshot, check, now))
  return { allowed: reason === 'granted', reason, revision: snapshot.revision, at }
}

function oneOfMany(snapshot: Snapshot, check: Check, now: Instant): CheckManyItem {
  try {
    return answer(snapshot, check, now)
  } catch (refusal) {
    if (refusal instanceof Refusal) return { error: { code: refusal.code, detail: refusal.message } }
    throw refusal
  }
}

/** Runs what may throw a refusal, and throws it as the error of the public doors. */
export function refusing<T>(run: () => T): T {
  try {
    return run()
  } catch (refusal) {
    throw told(refusal)
  }
}

/** A refusal as the error of the public doors; anything else as it is. */
function told(thrown: unknown): unknown {
  return thrown instanceof Refusal ? new CuriaError(thrown) : thrown
}
