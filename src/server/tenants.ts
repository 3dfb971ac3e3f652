/** The doors of the tenants beside `main`. Any other tenant knows of nobody beside it, and has no such doors. */

import { basePath } from '../api/endpoint.ts'
import type { AnswerOf, EndpointName, InputOf } from '../api/endpoints.ts'
import type { tenantsEndpoints } from '../api/tenants.ts'
import type { Change, TenantEntry } from '../core/index.ts'
import { mainTenant, refuse } from '../core/index.ts'
import type { Neighbours } from './asked-tenant.ts'
import { pathFor } from './asked-tenant.ts'
import type { Call, Doors } from './door.ts'
import { Reply } from './door.ts'
import { etagOf } from './etag.ts'
import { doorsOf } from './records.ts'
import { fieldsOf, optionsOf, previewAnswer, previewOptionsOf, revisionOf } from './writes.ts'

type TenantsName = Extract<EndpointName, keyof typeof tenantsEndpoints>

const records = doorsOf('tenants')

function neighboursOf({ access, neighbours }: Call): Neighbours {
  if (access.tenant !== mainTenant || neighbours === undefined) throw refuse('not_found', { reference: `${basePath}/tenants` })
  return neighbours
}

/** Calls a door of records where there are such doors. */
function inMain<Input, Outcome>(door: (call: Call, input: Input) => Outcome): (call: Call, input: Input) => Outcome {
  return (call, input) => {
    neighboursOf(call)
    return door(call, input)
  }
}

/** The way that is meant, which people can come by. */
function entryFor(call: Call, neighbours: Neighbours, wanted: TenantEntry | undefined): TenantEntry {
  if (call.signIn === undefined) return 'key'
  const way = wanted ?? neighbours.usualEntry(call.signIn)
  neighbours.requireEntry(call.signIn, way)
  return way
}

async function wayInto({ home }: Call, neighbours: Neighbours, id: string, way: TenantEntry): Promise<AnswerOf<'openTenant'>> {
  const made = await neighbours.wayInto(id, way)
  // Behind the #, so that it is in no log.
  return made.way === 'claim' ? { ...made, address: `${home()}${pathFor(id)}/claim#${made.token}` } : made
}

async function createTenant(call: Call, input: InputOf<'createTenant'>) {
  const neighbours = neighboursOf(call)
  const { entry, ...fields } = fieldsOf(input)
  const { id, existing = false } = fields
  if (existing && entry !== undefined)
    throw refuse('invalid_parameter', {
      field: 'entry',
      reason: `is for a tenant that is made; ask for a way in at ${basePath}/tenants/${id}/entry`,
    })
  const way = existing ? undefined : entryFor(call, neighbours, entry)
  const changes: readonly Change[] = [
    { kind: 'tenant.create', ...fields },
    ...(way === undefined ? [] : [{ kind: 'tenant.open', id, way } as const]),
  ]
  if (input.preview === true)
    return new Reply(previewAnswer(call.access, await call.access.preview(changes, previewOptionsOf(input))), {}, true)
  const written = await call.access.write(changes, optionsOf(call, input))
  const wayIn = way === undefined ? undefined : await wayInto(call, neighbours, id, way)
  const row = call.everything.record('tenant', id)
  if (row === undefined) throw refuse('not_found', { reference: `tenant:${id}` })
  return new Reply(
    { ...row, ...(wayIn === undefined ? {} : { wayIn }) },
    { etag: etagOf(row), location: `${basePath}/tenants/${id}`, ...revisionOf(written) },
  )
}

/** The doors of the other tenants. */
export const tenantsDoors: Pick<Doors, TenantsName> = {
  tenants: inMain(records.list),
  tenant: inMain(records.one),
  createTenant,
  async openTenant(call, { key, entry, ...input }) {
    const neighbours = neighboursOf(call)
    // Who may not make one is told nothing about it.
    call.access.require('tenant.create')
    const way = entryFor(call, neighbours, entry)
    await neighbours.requireUnclaimed(key, way)
    await call.access.write([{ kind: 'tenant.open', id: key, way }], optionsOf(call, input))
    return wayInto(call, neighbours, key, way)
  },
  updateTenant: inMain(records.update),
  deleteTenant: inMain(records.remove),
}
