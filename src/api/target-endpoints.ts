/** The targets: how each stands, what a run would do, and running it. */

import { list, oneOf, optional, record, table, text } from '../core/index.ts'
import { basePath, endpoint } from './endpoint.ts'
import { many, titled } from './titled.ts'
import { anyText, count, instant, names, revision } from './words.ts'

const reference = text(undefined, { description: 'user:<id> or group:<id>' })
const parameters = { name: text(undefined, { minLength: 1, maxLength: 64 }) }
const unavailable = ['target_unavailable'] as const

/** What can be done for a record in a target. */
export const mirrorStepKinds = ['leave', 'delete', 'forget', 'vacate', 'recognise', 'update', 'create', 'join'] as const

const conflictShape = titled(
  'MirrorConflict',
  record({ record: reference, name: anyText, reason: anyText }),
  'A record that has no account as things stand, or one that is left alone.',
)
const stateShape = titled(
  'MirrorState',
  record({
    name: anyText,
    kind: anyText,
    place: anyText,
    state: oneOf('waiting', 'following', 'failing'),
    revision: optional(revision),
    at: optional(instant),
    users: count,
    groups: count,
    conflicts: many(conflictShape),
    failure: optional(record({ reason: anyText, since: instant })),
  }),
  'How a mirror stands. `waiting`: for its first run. `revision`: the target is known to be as it says.',
)
const stepShape = titled(
  'MirrorStep',
  record({
    kind: oneOf(...mirrorStepKinds),
    record: reference,
    name: optional(anyText),
    group: optional(reference),
    fields: optional(list(anyText)),
  }),
  '`recognise`: the account is there already, and only remembered. `forget`: it is left alone from now on. `vacate`: its name is made free for another one first. Names with random characters get others when the run is made.',
)
const forecastShape = titled(
  'MirrorForecast',
  record({ revision, at: instant, steps: many(stepShape), conflicts: many(conflictShape), names }),
)
const reportShape = titled(
  'MirrorReport',
  record({ revision, at: instant, done: table(count), conflicts: many(conflictShape) }),
  'How often each kind of step was done.',
)
const probeShape = titled(
  'Probe',
  record({ users: count, groups: count }),
  'How many users and groups the target holds, whoever made them.',
)

/** The endpoints of the targets. */
export const targetEndpoints = {
  targets: endpoint({
    method: 'GET',
    path: `${basePath}/targets`,
    tag: 'targets',
    summary: 'every target, and how its mirror stands',
    right: { kind: 'permission', permission: 'target.view' },
    answer: record({ items: many(stateShape), total: count, revision }),
    errors: [],
  }),
  target: endpoint({
    method: 'GET',
    path: `${basePath}/targets/{name}`,
    tag: 'targets',
    summary: 'how the mirror of a target stands',
    right: { kind: 'permission', permission: 'target.view' },
    parameters,
    answer: stateShape,
    errors: [],
  }),
  probeTarget: endpoint({
    method: 'POST',
    path: `${basePath}/targets/{name}/probe`,
    tag: 'targets',
    summary: 'whether a target can be used; changes nothing',
    right: { kind: 'permission', permission: 'target.run' },
    parameters,
    answer: probeShape,
    errors: unavailable,
  }),
  planTarget: endpoint({
    method: 'POST',
    path: `${basePath}/targets/{name}/plan`,
    tag: 'targets',
    summary: 'what a run over everything would do, step by step; changes nothing',
    right: { kind: 'permission', permission: 'target.run' },
    parameters,
    answer: forecastShape,
    errors: unavailable,
  }),
  runTarget: endpoint({
    method: 'POST',
    path: `${basePath}/targets/{name}/run`,
    tag: 'targets',
    summary: 'brings a target up to date; after the first time it follows by itself',
    right: { kind: 'permission', permission: 'target.run' },
    parameters,
    answer: reportShape,
    errors: [...unavailable, 'conflict'],
  }),
  repairTarget: endpoint({
    method: 'POST',
    path: `${basePath}/targets/{name}/repair`,
    tag: 'targets',
    summary: 'looks at everything in a target, and puts right what somebody else has changed',
    right: { kind: 'permission', permission: 'target.run' },
    parameters,
    answer: reportShape,
    errors: [...unavailable, 'conflict'],
  }),
}
