/** A contract as cases that any test runner can run, each over a home of its own. */

/** One thing that is kept. `run` rejects when this one does not. */
export interface ContractCase {
  readonly name: string
  run(): Promise<void>
}

/** Cases by their name, each given an empty home that is taken away afterwards. */
export function casesOver<Home extends { remove(): Promise<void> }>(
  cases: { readonly [name: string]: (home: Home) => Promise<void> },
  newHome: () => Promise<Home>,
): readonly ContractCase[] {
  return Object.entries(cases).map(([name, work]) => ({
    name,
    async run() {
      const home = await newHome()
      try {
        await work(home)
      } finally {
        await home.remove()
      }
    },
  }))
}
