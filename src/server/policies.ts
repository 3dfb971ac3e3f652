/** The doors of assignment policies. What they show and change is the policy in the settings. */

import type { EndpointName } from '../api/endpoints.ts'
import type { PolicyRecord, policyEndpoints } from '../api/policies.ts'
import type { Policy } from '../core/index.ts'
import { defaultSettings, refuse } from '../core/index.ts'
import type { Access } from '../service/access.ts'
import { pageOf } from './cursor.ts'
import type { Doors } from './door.ts'
import { Reply } from './door.ts'
import { etagOf, requireMatch } from './etag.ts'
import { defaultLimit, ownerOf } from './list.ts'
import { carryOut, revisionOf } from './writes.ts'

type PolicyName = Extract<EndpointName, keyof typeof policyEndpoints>

const nothing: Policy = { owner: [], group: [], ancestors: [], descendants: [], siblings: [] }

function policyIn(access: Access): PolicyRecord {
  return { id: 'default', policy: (access.record('settings', 'settings') ?? defaultSettings).policy }
}

function tagged(record: PolicyRecord, headers: { readonly [name: string]: string } = {}) {
  return new Reply(record, { etag: etagOf(record), ...headers })
}

function requireDefault(key: string): void {
  if (key !== 'default') throw refuse('not_found', { reference: `policy:${key}` })
}

/** The doors of policies. */
export const policyDoors: Pick<Doors, PolicyName> = {
  policies(call, query) {
    const { limit = defaultLimit, cursor } = query
    const owner = ownerOf(call, 'policies', query)
    return {
      ...pageOf([policyIn(call.access)], ({ id }) => id, { limit, cursor }, owner, call.cursors),
      revision: call.access.revision,
    }
  },
  policy({ access }, { key }) {
    requireDefault(key)
    return tagged(policyIn(access))
  },
  setPolicy(call, { key, policy, ...input }) {
    requireDefault(key)
    return carryOut(
      call,
      input,
      { kind: 'settings.update', policy: { ...nothing, ...policy } },
      (written) => tagged(policyIn(call.everything), revisionOf(written)),
      () => requireMatch(call.ifMatch, 'policy:default', policyIn(call.everything)),
    )
  },
}
