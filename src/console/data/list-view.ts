/** A view of a list as the address holds it: what is sought, the filter, the order and the columns. Saving one is keeping its address. */

import { useAddress, writeQuery } from './address.ts'

/** A view, and ways to change it. */
export interface ListView<Sort extends string> {
  readonly q: string
  readonly sort: Sort | undefined
  /** In the server's grammar. */
  readonly filter: string
  /** The ids of the columns that were chosen; undefined: those that stand there by themselves. */
  readonly columns: readonly string[] | undefined
  /** What the list is asked beside its own filters. */
  readonly asked: { readonly q?: string; readonly sort?: Sort; readonly filter?: string }
  set(fields: { readonly [name: string]: string | undefined }): void
  /** The query of this view, with the list's own filters. */
  here(values: { readonly [name: string]: string | undefined }): string
}

/** The view in the address. An order that the list does not know is none. */
export function useListView<const Sort extends string>(sorts: readonly Sort[]): ListView<Sort> {
  const { query, set } = useAddress()
  const { q = '', filter = '', columns } = query
  const sort = sorts.find((each) => each === query.sort)
  const asked = { ...(q === '' ? {} : { q }), ...(sort === undefined ? {} : { sort }), ...(filter === '' ? {} : { filter }) }
  return {
    q,
    sort,
    filter,
    columns: columns?.split(',').filter((id) => id !== ''),
    asked,
    set,
    here: (values) => writeQuery({ ...values, ...asked, columns }),
  }
}
