/** Ours, asked by handles: a question that is asked again and again is read once, where the library has a door for that. */

import type { Access, Check } from 'curia'
import { createAccess } from 'curia'
import type { Contender } from '../contender.ts'
import { preparedChecks, Unsuitable } from '../contender.ts'
import type { World } from '../world.ts'
import { worldStore } from '../world-store.ts'
import { checkOf } from './curia.ts'

/** A question that was read once. */
interface Handle {
  check(): boolean
}
type Preparing = Access & { prepare(check: Check): Handle }

export async function openCuriaHandles(world: World): Promise<Contender> {
  // Asked of an empty one first: reading a world for nothing takes its time.
  const empty = await createAccess({ store: 'memory:' })
  const access = hasHandles(empty) ? await createAccess({ store: worldStore(world) }) : empty
  await (access === empty ? undefined : empty.close())
  if (!hasHandles(access)) throw new Unsuitable('this version of the library has no handles')
  return {
    prepare(kind, questions) {
      if (kind !== 'tenant-check' && kind !== 'document-check') return undefined
      const handles = questions.map((question) => access.prepare(checkOf(kind, question)))
      // The bench asks by numbers below the length.
      return preparedChecks(handles.length, (index) => (handles[index] as Handle).check())
    },
    close: () => access.close(),
  }
}

function hasHandles(access: Access): access is Preparing {
  return 'prepare' in access && typeof access.prepare === 'function'
}
