/** A world as a file: in the form that was asked for, else in the one that the caller takes. */

import type { World } from '../core/index.ts'
import { writeWorld } from '../formats/index.ts'
import type { Call } from './door.ts'
import { TextAnswer } from './door.ts'

/** The file. */
export function writtenAnswer({ accepted }: Call, world: World, format: 'json' | 'yaml' | undefined): TextAnswer {
  const chosen = format ?? (prefersYaml(accepted) ? 'yaml' : 'json')
  return new TextAnswer(`application/${chosen}`, writeWorld(world, chosen))
}

/** Whether the caller names YAML and not JSON. */
function prefersYaml(accepted: string): boolean {
  return /\b(application|text)\/(x-)?yaml\b/.test(accepted) && !/\bapplication\/json\b/.test(accepted)
}
