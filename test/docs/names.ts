/** Names of functions and types that a page puts beside their file: `decide` (`src/core/decide.ts`). */

/** Every such name with its file; several names may stand before one file, with a comma or `and` between them. The page in one line. */
export function namesIn(page: string): readonly (readonly [name: string, file: string])[] {
  const found = page.matchAll(/((?:`\w+`(?:,| and) )*`\w+`)(?: \(|, | in )`((?:src|test)\/[^`<]+\.ts)`/g)
  return [...found].flatMap(([, names = '', file = '']) => [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => [name, file] as const))
}

/** Whether the file declares a function, class, type or constant of that name, a method, or an entry of a table. */
export function declares(text: string, name: string): boolean {
  return new RegExp(`(?:function\\*?|class|interface|type|const) ${name}\\b|^ {2}(?:async )?${name}(?:<.*>)?[(:]`, 'm').test(text)
}
