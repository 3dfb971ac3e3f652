/**
 * A process that mirrors and is killed in the midst: after so many acts on the target, before anything of them is written down. Run by
 * `mirror-kill.test.ts`.
 */
import { createAccess } from '../../dist/index.js'
import { djangoTarget } from '../../dist/targets/django.js'
import { scimTarget } from '../../dist/targets/scim.js'

const { store, kind, place, acts } = JSON.parse(process.argv[2] ?? '{}')
const target = kind === 'django' ? djangoTarget({ database: place }) : scimTarget({ url: place, token: 'a token', allowLoopback: true })
let left = acts

const access = await createAccess({
  store,
  targets: [
    {
      name: 'other',
      rules: { users: { suffix: '_$$random' } },
      target: {
        kind: target.kind,
        place: target.place,
        describe: () => target.describe(),
        probe: () => target.probe(),
        read: (sought) => target.read(sought),
        close: () => target.close(),
        async apply(given) {
          const outcomes = []
          for (const act of given) {
            if (left === 0) process.kill(process.pid, 'SIGKILL')
            left -= 1
            outcomes.push(...(await target.apply([act])))
          }
          return outcomes
        },
      },
    },
  ],
})
await access.targets.run('other')
await access.close()
