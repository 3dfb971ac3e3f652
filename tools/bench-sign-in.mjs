/**
 * Shows that a sign-in that fails takes the same time for whatever reason it fails, so that nobody learns by the clock who is there: a wrong password of
 * an active person, of one who is switched off, of one without a password here, and a name that nobody has. The tries take turns, each as a request from
 * an address of its own; answers must be equal to the letter, medians must lie within a share of each other. The disk is left out: the store forgets.
 * `npm run bench:refusals [-- --tries 100] [--limit 0.05]`; ends with 1 when the medians lie further apart.
 */
import { parseArgs } from 'node:util'
import { openInstallation } from '../dist/assemble.js'
import { createHandler } from '../dist/server/index.js'
import { build } from './build.mjs'

const { values } = parseArgs({ options: { tries: { type: 'string', default: '100' }, limit: { type: 'string', default: '0.05' } } })
const tries = Number(values.tries)
const limit = Number(values.limit)
/** Tries that are not counted: what is compiled and loaded on the way is compiled and loaded then. */
const warming = 10
const password = 'seven hills beside a river'

/** Who fails, by the beginning of the user name. */
const kinds = /** @type {const} */ (['active', 'inactive', 'without', 'nobody'])
/** @typedef {(typeof kinds)[number]} Kind */

if (!(await build({ checksTests: false }))) process.exit(1)
const { access, authenticate, signIn } = await openInstallation({
  store: 'memory:',
  bootstrapKey: 'a-key-of-the-administrator-for-the-bench',
})
try {
  const handler = createHandler({ access, authenticate, signIn, version: '0.0.0' })
  const people = kinds
    .filter((kind) => kind !== 'nobody')
    .flatMap((kind) => Array.from({ length: tries + warming }, (_, index) => ({ kind, index })))
  await access.write(people.map(({ kind, index }) => ({ kind: 'user.create', id: `${kind}${index}`, userName: `${kind}${index}` })))
  console.log(`giving ${2 * (tries + warming)} people a password`)
  for (const { kind, index } of people) if (kind !== 'without') await signIn.setPassword('system:bench', `${kind}${index}`, password)
  await access.write(
    people
      .filter(({ kind }) => kind === 'inactive')
      .map(({ kind, index }) => ({ kind: 'user.update', id: `${kind}${index}`, status: 'inactive' })),
  )

  let address = 0
  /** @param {Kind} kind @param {number} index */
  const tryOnce = async (kind, index) => {
    address += 1
    const peer = `10.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`
    const request = new Request('http://localhost:4680/api/v1/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://localhost:4680' },
      body: JSON.stringify({ login: `${kind}${index}`, password: 'a wrong password, as guessed' }),
    })
    const begun = performance.now()
    const response = await handler(request, { peer })
    const text = await response.text()
    const milliseconds = performance.now() - begun
    // The number of the request is its own; everything else must not differ.
    return { milliseconds, answer: `${response.status} ${text.replace(/"requestId":"[^"]*"/, '')}` }
  }

  /** @type {{ [K in Kind]: number[] }} */
  const times = { active: [], inactive: [], without: [], nobody: [] }
  /** @type {Set<string>} */
  const answers = new Set()
  for (let index = 0; index < tries + warming; index += 1) {
    // Each begins a round as often as the others.
    for (const kind of kinds.map((_, place) => kinds[(place + index) % kinds.length] ?? 'nobody')) {
      const { milliseconds, answer } = await tryOnce(kind, index)
      answers.add(answer)
      if (index >= warming) times[kind].push(milliseconds)
    }
  }
  const medians = kinds.map((kind) => median(times[kind]))
  for (const [index, kind] of kinds.entries())
    console.log(
      `${kind.padEnd(10)} median ${(medians[index] ?? 0).toFixed(2)} ms of ${times[kind].length} tries, quickest ${Math.min(...times[kind]).toFixed(2)} ms`,
    )
  const apart = Math.max(...medians) / Math.min(...medians) - 1
  console.log(`answers: ${[...answers].join(' | ')}`)
  console.log(`the medians lie ${(apart * 100).toFixed(1)} % apart; ${(limit * 100).toFixed(1)} % may be`)
  if (answers.size !== 1 || apart > limit) process.exitCode = 1
} finally {
  await signIn.close()
  await access.close()
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
