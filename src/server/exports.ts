/** A tenant or a group as a text, in the format that is asked for. */

import type { InputOf } from '../api/endpoints.ts'
import { refuse } from '../core/index.ts'
import { exported, exportFormats } from '../formats/index.ts'
import type { Call } from './door.ts'
import { TextAnswer } from './door.ts'

/** The answer to an export. The text is made while it is sent, of the state at the moment of the call. */
export function exportAnswer(call: Call, { format, base }: InputOf<'exportWorld'>, group?: string): TextAnswer {
  const { access } = call
  const chosen = format ?? (prefersYaml(call.accepted) ? 'yaml' : 'json')
  const world = access.exportWorld()
  if (group !== undefined && access.record('group', group) === undefined) throw refuse('not_found', { reference: `group:${group}` })
  const options = { now: access.now(), ...(base === undefined ? {} : { base }), ...(group === undefined ? {} : { group }) }
  return new TextAnswer(exportFormats[chosen], exported(world, chosen, options))
}

/** Whether the caller names YAML and not JSON. */
function prefersYaml(accepted: string): boolean {
  return /\b(application|text)\/(x-)?yaml\b/.test(accepted) && !/\bapplication\/json\b/.test(accepted)
}
