/** Every engine that the bench can open, by its name. Each is loaded by the process that holds it. */

import type { OpenContender } from '../contender.ts'

export interface ContenderEntry {
  /** As the table calls it. */
  readonly label: string
  readonly open: OpenContender
}

export const contenders = {
  curia: { label: 'Curia', open: async (world) => (await import('./curia.ts')).openCuria(world) },
  'curia-handles': { label: 'Curia by handles', open: async (world) => (await import('./curia-handles.ts')).openCuriaHandles(world) },
} as const satisfies { readonly [name: string]: ContenderEntry }

export type ContenderName = keyof typeof contenders

export function isContenderName(name: string): name is ContenderName {
  return Object.hasOwn(contenders, name)
}
