/** The tree of groups in its shortest form. */

import type { AnswerOf } from '../../api/client.ts'
import { usePages } from '../data/queries.ts'
import type { TreeSource } from './branches.tsx'
import { Branches, branchSize } from './branches.tsx'

const source: TreeSource<AnswerOf<'groups'>['items'][number]> = {
  useBelow: (parent) => usePages('groups', { parent, sort: 'name' }, branchSize),
  useCount: ({ childCount }) => childCount,
  keyOf: (group) => group.id,
  referenceOf: (group) => `group:${group.id}`,
  nameOf: (group) => group.name,
}

/** The tree from the top. */
export function GroupBranches() {
  return <Branches source={source} />
}
