/** The first groups that the people of a list are in, asked for a page of them at once and told to each row by itself. */

import { useQueries } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { createContext, use } from 'react'
import type { AnswerOf } from '../../api/client.ts'
import { call } from './server.ts'

/** The groups of one person. */
export interface DirectGroups {
  readonly groups: readonly string[]
  readonly total: number
  readonly names: AnswerOf<'directGroups'>['names']
}

/** Of each so many are drawn. */
export const shownGroups = 2
/** As many as a page of the list. */
const portion = 100

const context = createContext<ReadonlyMap<string, DirectGroups>>(new Map())

/** Asks for the groups of these people, and makes them known to what is inside. */
export function DirectGroupsOf({ users, children }: { readonly users: readonly string[]; readonly children: ReactNode }) {
  const portions = Array.from({ length: Math.ceil(users.length / portion) }, (_, index) =>
    users.slice(index * portion, (index + 1) * portion),
  )
  const known = useQueries({
    queries: portions.map((asked) => ({
      queryKey: ['directGroups', asked],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => call('directGroups', { users: asked, limit: shownGroups }, { signal }),
    })),
    combine: combined,
  })
  return <context.Provider value={known}>{children}</context.Provider>
}

function combined(answers: readonly { readonly data: AnswerOf<'directGroups'> | undefined }[]): ReadonlyMap<string, DirectGroups> {
  return new Map(
    answers.flatMap(({ data }) =>
      data === undefined ? [] : data.items.map(({ user, groups, total }) => [user, { groups, total, names: data.names }] as const),
    ),
  )
}

/** The groups of one person on the list; undefined: not known yet. */
export function useDirectGroups(user: string): DirectGroups | undefined {
  return use(context).get(user)
}
