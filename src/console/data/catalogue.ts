/** The catalogue as pages need it: what a role gives with the roles it includes, all types, and what is not available here. */

import { useQuery } from '@tanstack/react-query'
import type { AnswerOf } from '../../api/client.ts'
import { useMay } from './me.tsx'
import { useAnswer } from './queries.ts'
import { call } from './server.ts'

/** A declared permission. */
export type Permission = AnswerOf<'permission'>
/** A type of resources. */
export type ResourceType = AnswerOf<'resourceType'>

/** A permission that a role gives. */
export interface Given {
  readonly permission: string
  /** The roles from the one that was asked about to the one that holds it; one alone: it holds it itself. */
  readonly path: readonly string[]
}

/** Everything the role gives, each permission once, by its shortest way through the roles it includes. */
export async function givenBy(codename: string, signal?: AbortSignal): Promise<readonly Given[]> {
  const found = new Map<string, Given>()
  const seen = new Set([codename])
  let paths: readonly (readonly string[])[] = [[codename]]
  while (paths.length > 0) {
    const roles = await Promise.all(
      paths.map(async (path) => ({
        path,
        role: await call('role', { key: path.at(-1) ?? codename }, signal === undefined ? {} : { signal }),
      })),
    )
    for (const { path, role } of roles) {
      for (const permission of role.permissions) if (!found.has(permission)) found.set(permission, { permission, path })
    }
    paths = roles.flatMap(({ path, role }) =>
      role.includes.filter((each) => !seen.has(each) && seen.add(each)).map((each) => [...path, each]),
    )
  }
  return [...found.values()].sort((one, other) => (one.permission < other.permission ? -1 : 1))
}

/** The same as a hook. */
export function useGivenBy(codename: string) {
  return useQuery({ queryKey: ['given-by', codename], queryFn: ({ signal }) => givenBy(codename, signal), retry: false })
}

/** Every type of resources, page after page. */
export function useResourceTypes() {
  return useQuery({
    queryKey: ['resourceTypes', 'all'],
    queryFn: async ({ signal }) => {
      const types: ResourceType[] = []
      let cursor: string | undefined
      do {
        const page: AnswerOf<'resourceTypes'> = await call(
          'resourceTypes',
          { limit: 500, sort: 'name', ...(cursor === undefined ? {} : { cursor }) },
          { signal },
        )
        types.push(...page.items)
        cursor = page.next
      } while (cursor !== undefined)
      return types
    },
  })
}

/** Every permission of the application as a whole, page after page. */
export function useApplicationPermissions(when = true) {
  return useQuery({
    queryKey: ['permissions', 'application'],
    enabled: when,
    queryFn: async ({ signal }) => {
      const permissions: Permission[] = []
      let cursor: string | undefined
      do {
        const page: AnswerOf<'permissions'> = await call(
          'permissions',
          // Empty: of no type.
          { limit: 500, sort: 'name', resourceType: '', ...(cursor === undefined ? {} : { cursor }) },
          { signal },
        )
        permissions.push(...page.items)
        cursor = page.next
      } while (cursor !== undefined)
      return permissions
    },
  })
}

/** Tells which permissions are not available: they, or what checks them, came with a plugin that is not active. */
export function useIsAvailable(): (permission: Pick<Permission, 'origin' | 'check'>) => boolean {
  const may = useMay()
  const { data } = useAnswer('plugins', {}, { when: may('tenant.view') })
  // Who may not see the plugins is not told which of them run.
  if (data === undefined) return () => true
  const active = new Set(data.items.filter((plugin) => plugin.active).map(({ name }) => name))
  return ({ origin, check }) => {
    const owner = origin.startsWith('plugin:') ? origin.slice('plugin:'.length) : undefined
    return [owner, check?.plugin].every((plugin) => plugin === undefined || active.has(plugin))
  }
}
