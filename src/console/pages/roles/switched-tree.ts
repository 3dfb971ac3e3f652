/** A permission tree by the names that are on in it. */

/** Nested switches: `{ chat: { file_upload: true } }`. */
export interface SwitchedTree {
  readonly [name: string]: true | SwitchedTree
}

/** Whether the name is on in a tree as it is answered. */
export function isOn(tree: { readonly [name: string]: unknown }, name: string): boolean {
  let at: unknown = tree
  for (const step of name.split('.')) {
    if (typeof at !== 'object' || at === null) return false
    at = Object.entries(at).find(([key]) => key === step)?.[1]
  }
  return at === true
}

/** The tree in which just these names are on. No name is a prefix of another at a dot, so branches and switches never meet. */
export function switchedTree(names: readonly string[]): SwitchedTree {
  const heads = new Map<string, string[]>()
  const leaves: string[] = []
  for (const name of names) {
    const dot = name.indexOf('.')
    if (dot === -1) leaves.push(name)
    else heads.set(name.slice(0, dot), [...(heads.get(name.slice(0, dot)) ?? []), name.slice(dot + 1)])
  }
  return Object.fromEntries([
    ...leaves.map((name) => [name, true] as const),
    ...[...heads].map(([head, rest]) => [head, switchedTree(rest)] as const),
  ])
}
