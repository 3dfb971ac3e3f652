/** The permission tree of a group as switches: which are on, and the tree that a set of names makes. */

/** Nested booleans as they are answered. */
export interface Tree {
  readonly [name: string]: unknown
}

/** Every name in the tree, with whether it is on. */
export function switchesOf(tree: Tree, prefix = ''): readonly (readonly [name: string, on: boolean])[] {
  return Object.entries(tree).flatMap(([key, value]): readonly (readonly [string, boolean])[] => {
    const name = `${prefix}${key}`
    if (typeof value === 'boolean') return [[name, value]]
    return isTree(value) ? switchesOf(value, `${name}.`) : []
  })
}

/** The names that are on. */
export function switchedOn(tree: Tree): readonly string[] {
  return switchesOf(tree).flatMap(([name, on]) => (on ? [name] : []))
}

/** The tree in which these names are on and the others off. */
export function treeOf(switches: ReadonlyMap<string, boolean>): { readonly [name: string]: boolean | object } {
  const tree: { [name: string]: boolean | object } = {}
  for (const [name, on] of switches) {
    const parts = name.split('.')
    const last = parts.pop() ?? name
    let branch = tree
    for (const part of parts) {
      // No name is a prefix of another at a dot, so what stands here is a branch.
      const next = (branch[part] ?? {}) as { [name: string]: boolean | object }
      branch[part] = next
      branch = next
    }
    branch[last] = on
  }
  return tree
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
