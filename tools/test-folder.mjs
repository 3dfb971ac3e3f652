/** Where tests make their files. */
import { readFileSync, statfsSync } from 'node:fs'

const memory = '/dev/shm'
const enough = 4 * 2 ** 30

/**
 * What the tests' processes are told about temporary files: they lie in memory where the machine has room for them, as what is synced there is
 * synced at once. Whoever names a folder in `TMPDIR` gets it, and nothing is told where there is no such place.
 *
 * @returns {{ readonly TMPDIR?: string }}
 */
export function temporaryFolder() {
  if (process.env.TMPDIR !== undefined || process.platform !== 'linux') return {}
  try {
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .find(([, place, kind]) => place === memory && kind === 'tmpfs')
    const mayRun = mount?.[3]?.split(',').includes('noexec') === false
    const { bavail, bsize } = statfsSync(memory)
    return mayRun && bavail * bsize >= enough ? { TMPDIR: memory } : {}
  } catch {
    return {}
  }
}
