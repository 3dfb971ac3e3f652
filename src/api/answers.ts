/** Answers to questions: decisions with their reasons, and lists. */

import type {
  CheckManyItem,
  ConditionOutcome,
  Decision,
  Fact,
  Finding,
  GroupItem,
  HoldItem,
  Lack,
  MemberItem,
  NearMiss,
  Shape,
} from '../core/index.ts'
import { errorCodes, flag, oneOf, optional, record } from '../core/index.ts'
import { anyOf, many, titled, variants } from './titled.ts'
import {
  answeredOrigin,
  anyText,
  count,
  effect,
  groupReference,
  instant,
  memberReference,
  names,
  principalReference,
  resourceReference,
  revision,
  texts,
  window,
} from './words.ts'

const reason = oneOf('granted', 'denied', 'no_grant', 'subject_inactive')
const decisionFields = { allowed: flag, reason, revision, at: instant }
export const decisionShape: Shape<Decision> = titled(
  'Decision',
  record(decisionFields),
  'The answer, the revision it was made at and the moment it was judged for.',
)

const errorItem = record({ error: record({ code: oneOf(...errorCodes), detail: anyText }) })
export const checkManyAnswerShape = titled(
  'CheckManyAnswer',
  record({ items: many(anyOf<CheckManyItem>(decisionShape, titled('CheckManyError', errorItem))), revision }),
)

const outcome: Shape<ConditionOutcome> = titled(
  'ConditionOutcome',
  variants('outcome', { true: {}, false: {}, failed: { input: optional(anyText), reason: anyText } }),
)

const rule = oneOf('direct-grant', 'group-grant', 'relation-grant', 'assignment', 'standing', 'owner', 'self', 'denial')

const factShape: Shape<Fact> = titled(
  'Fact',
  variants('fact', {
    membership: { group: anyText, member: memberReference, origin: answeredOrigin, ...window },
    standing: { group: anyText, member: memberReference, role: anyText, origin: answeredOrigin, ...window },
    relation: { group: anyText, relation: oneOf('ancestors', 'descendants', 'siblings'), related: anyText, levels: count },
    grant: {
      id: anyText,
      subject: anyText,
      effect,
      resource: resourceReference,
      role: optional(anyText),
      permission: optional(anyText),
      actions: optional(texts),
      condition: optional(anyText),
      origin: answeredOrigin,
      reason: optional(anyText),
      ...window,
    },
    assignment: {
      id: anyText,
      resource: resourceReference,
      group: anyText,
      relation: oneOf('owner', 'group', 'ancestors', 'descendants', 'siblings'),
      origin: answeredOrigin,
    },
    owner: { resource: resourceReference, owner: memberReference },
    self: { user: anyText },
    role: { role: anyText, path: texts },
    inside: { path: many(resourceReference) },
    permission: { permission: anyText, condition: optional(anyText), check: optional(anyText) },
  }),
  'One fact of a chain, from the asker to the permission.',
)

const lackShape: Shape<Lack> = titled(
  'Lack',
  variants('lack', {
    membership: {
      group: anyText,
      member: memberReference,
      state: oneOf('absent', 'ended', 'not_begun', 'source_disabled'),
      when: optional(instant),
    },
    active_group: { group: anyText },
    standing: { group: anyText, role: anyText },
    window: { state: oneOf('ended', 'not_begun'), when: instant },
    condition: { condition: anyText, result: outcome },
    check: { check: anyText, result: outcome },
    inherits: { resource: resourceReference },
  }),
  'What a near miss lacks.',
)

export const findingShape: Shape<Finding> = titled(
  'Finding',
  record({ rule, effect, chain: many(factShape), condition: optional(outcome) }),
)
const missShape: Shape<NearMiss> = titled('NearMiss', record({ rule, chain: many(factShape), lacks: many(lackShape) }))

/** `Explanation` of the core, with the names of the records in it. */
export const explanationShape = titled(
  'Explanation',
  record({
    ...decisionFields,
    subject: memberReference,
    permission: anyText,
    resource: resourceReference,
    findings: many(findingShape),
    misses: many(missShape),
    sentences: texts,
    names,
  }),
  'A decision with its reasons: denials first, then every allowing grant; for a no without denial the nearest misses.',
)

/** A list as answered: `total` counts the whole list, `next` is there when more follows. */
export function listing<T>(title: string, item: Shape<T>) {
  return titled(title, record({ items: many(item), next: optional(anyText), total: count, revision, at: instant, names }))
}

export const groupItemShape: Shape<GroupItem> = titled('GroupItem', record({ group: groupReference, direct: flag, standing: texts }))
const holdItemShape: Shape<HoldItem> = titled('HoldItem', record({ origin: answeredOrigin, roles: texts, ...window }))
const memberItemShape: Shape<MemberItem> = titled(
  'MemberItem',
  record({ member: memberReference, inForce: flag, via: texts, holds: many(holdItemShape) }),
)

/** The answers of `/search/*`, by the last word of the path. */
export const searchAnswerShapes = {
  subjects: listing('Subjects', principalReference),
  resources: listing('Resources', resourceReference),
  actions: listing('Actions', anyText),
  permissions: listing('PermissionNames', anyText),
  roles: listing('RoleNames', anyText),
  holders: listing('Holders', memberReference),
  groups: listing('GroupItems', groupItemShape),
  members: listing('MemberItems', memberItemShape),
}
