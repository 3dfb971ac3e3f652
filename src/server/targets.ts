/** The doors of the targets. */

import type { AnswerOf, EndpointName } from '../api/endpoints.ts'
import type { targetEndpoints } from '../api/target-endpoints.ts'
import type { Access, MirrorForecast } from '../service/access.ts'
import type { Doors } from './door.ts'
import { namesOf } from './names.ts'

type TargetName = Extract<EndpointName, keyof typeof targetEndpoints>

/** The doors of the targets. */
export const targetDoors: Pick<Doors, TargetName> = {
  targets({ access }) {
    const items = access.targets.list()
    return { items, total: items.length, revision: access.revision }
  },
  target: ({ access }, { name }) => access.targets.get(name),
  probeTarget: ({ access }, { name }) => access.targets.probe(name),
  planTarget: async ({ access }, { name }) => shownForecast(access, await access.targets.plan(name)),
  runTarget: ({ access }, { name }) => access.targets.run(name),
  repairTarget: ({ access }, { name }) => access.targets.repair(name),
}

function shownForecast(access: Access, { revision, at, steps, conflicts }: MirrorForecast): AnswerOf<'planTarget'> {
  const shown = steps.map(shownStep)
  const references = [
    ...shown.flatMap(({ record, group }) => (group === undefined ? [record] : [record, group])),
    ...conflicts.map(({ record }) => record),
  ]
  return { revision, at, steps: shown, conflicts, names: namesOf(access, [...new Set(references)]) }
}

function shownStep(step: MirrorForecast['steps'][number]): AnswerOf<'planTarget'>['steps'][number] {
  switch (step.kind) {
    case 'join':
    case 'leave':
      return { kind: step.kind, record: step.user, group: step.group }
    case 'update': {
      const { kind, account, name, profile } = step
      return { kind, record: account.record, ...(name === undefined ? {} : { name }), fields: Object.keys(profile) }
    }
    default:
      return { kind: step.kind, record: step.account.record, name: step.account.name }
  }
}
