import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const tool = fileURLToPath(new URL('../../tools/kill-server.mjs', import.meta.url))

it('B200 a server that is killed while it writes, imports and starts has lost nothing that it acknowledged', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, '--rounds', '3', '--seed', '11'], { encoding: 'utf8' })
  expect(stdout).toMatch(/ 0 lost, .* 0 faults, seed 11\n$/)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})
