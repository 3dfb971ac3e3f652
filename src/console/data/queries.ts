/** Questions to the server as hooks: answers are kept, shared between parts, and asked again when something was changed. */

import type { QueryClient, UseQueryResult } from '@tanstack/react-query'
import { keepPreviousData, QueryClient as Queries, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useSyncExternalStore } from 'react'
import type { AnswerOf, EndpointName, InputOf } from '../../api/client.ts'
import { ServerFailure, Unreachable } from '../../api/client.ts'
import type { Connection } from './server.ts'
import { call, connectionStore } from './server.ts'

/** Makes the memory of answers. A server that is away is asked again; an answer, even a refusal, is not doubted. */
export function createQueries(): QueryClient {
  return new Queries({
    defaultOptions: {
      queries: {
        retry: (failures, error) => (error instanceof Unreachable ? failures < 3 : error instanceof ServerFailure && failures < 1),
        staleTime: 10_000,
        // The journal's stream says when something changed.
        refetchOnWindowFocus: false,
      },
    },
  })
}

interface Asking {
  /** False: not asked yet. */
  readonly when?: boolean
  /** Keeps the last answer while another question is under way. */
  readonly keeps?: boolean
}

/** The answer of an endpoint. */
export function useAnswer<Name extends EndpointName>(
  name: Name,
  input: InputOf<Name>,
  { when = true, keeps = false }: Asking = {},
): UseQueryResult<AnswerOf<Name>, Error> {
  const options = {
    queryKey: [name, input],
    queryFn: ({ signal }: { readonly signal: AbortSignal }) => call(name, input, { signal }),
    enabled: when,
  }
  const result = useQuery<AnswerOf<Name>, Error>(keeps ? { ...options, placeholderData: keepPreviousData } : options)
  return result
}

/** A list that is answered in pages. */
interface PageOf {
  readonly items: readonly unknown[]
  readonly next?: string
  readonly total: number
}
type Listing = { [Name in EndpointName]: AnswerOf<Name> extends PageOf ? Name : never }[EndpointName]
type Item<Name extends EndpointName> = AnswerOf<Name> extends { readonly items: readonly (infer T)[] } ? T : never

/** A list of which more pages are asked for as one goes down. `total` is exact. */
export interface Pages<T> {
  readonly items: readonly T[]
  readonly total: number | undefined
  /** Nothing has come yet. */
  readonly loading: boolean
  /** What is shown answers the question before this one. */
  readonly outdated: boolean
  readonly fault: Error | null
  readonly hasMore: boolean
  more(): void
  again(): void
}

/** A list by its endpoint, a page at a time. */
export function usePages<Name extends Listing>(name: Name, input: InputOf<Name>, size = 100, when = true): Pages<Item<Name>> {
  const query = useInfiniteQuery({
    queryKey: [name, 'pages', size, input],
    queryFn: async ({ signal, pageParam }): Promise<PageOf> => {
      // Every list takes limit and cursor beside its own fields, and answers a page.
      const asked: object = { ...(input as object), limit: size, ...(pageParam === '' ? {} : { cursor: pageParam }) }
      return (await call(name, asked as InputOf<Name>, { signal })) as PageOf
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    enabled: when,
  })
  // The endpoint named here answers these items.
  const { data } = query
  const items = useMemo(() => (data?.pages.flatMap((page) => page.items) ?? []) as readonly Item<Name>[], [data])
  return {
    items,
    total: data?.pages.at(-1)?.total,
    loading: query.isPending,
    outdated: query.isPlaceholderData,
    fault: query.error,
    // Also while the answer before stands there: what is below a list does not come and go with every key.
    hasMore: data?.pages.at(-1)?.next !== undefined,
    more: () => {
      if (query.hasNextPage && !query.isFetching) void query.fetchNextPage()
    },
    again: () => void query.refetch(),
  }
}

/** How many records a list has, without any of them. */
export function useTotal<Name extends Listing>(name: Name, input: InputOf<Name>, when = true): number | undefined {
  // As above.
  const asked: object = { ...(input as object), limit: 1 }
  const { data } = useAnswer(name, asked as InputOf<Name>, { when, keeps: true })
  return (data as PageOf | undefined)?.total
}

/** Asks everything that is shown anew: something was changed. */
export function useAskAnew(): () => Promise<void> {
  const queries = useQueryClient()
  return () => queries.invalidateQueries()
}

/** The connection to the server, as it is. */
export function useConnection(): Connection {
  return useSyncExternalStore(connectionStore.subscribe, connectionStore.get)
}
