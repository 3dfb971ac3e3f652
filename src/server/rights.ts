/** What the caller may do on records: the permissions that our own doors ask on each. */

import type { EndpointName, InputOf } from '../api/endpoints.ts'
import { builtInResourceTypes, tenantResource } from '../core/index.ts'
import type { Doors } from './door.ts'
import { mayView } from './names.ts'

/** The types whose actions are asked on the record itself. */
const recordTypes: readonly string[] = ['user', 'service', 'group']

/** The permissions that are asked on a resource: on one of ours those of its type, on a registered one those of resources; on the tenant all. */
function askedOn(resource: string): readonly string[] {
  const type = resource.slice(0, Math.max(0, resource.indexOf(':')))
  const isOurs = recordTypes.includes(type)
  const types =
    resource === tenantResource
      ? [...builtInResourceTypes.keys()]
      : ['grant', 'assignment', isOurs ? type : 'resource', ...(type === 'user' || type === 'service' ? ['api-key'] : [])]
  return types.flatMap((name) => (builtInResourceTypes.get(name)?.actions ?? []).map((action) => `${name}.${action}`))
}

/** The door. */
export const rightsDoors: Pick<Doors, Extract<EndpointName, 'myRights'>> = {
  myRights: ({ access }, { resources }: InputOf<'myRights'>) => ({
    items: [...new Set(resources)].map((resource) => ({
      resource,
      permissions: askedOn(resource).filter((permission) => mayView(access, permission, resource)),
    })),
    revision: access.revision,
  }),
}
