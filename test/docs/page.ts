/** The pages that people read, taken apart: fenced blocks with their line, and tables. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Every page of ours, by its path inside the repository. */
export const pages: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
].sort()

export function readPage(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** One fenced block. */
export interface Block {
  readonly kind: 'block'
  /** The first word behind the fence. */
  readonly language: string
  /** The other words. */
  readonly words: readonly string[]
  readonly text: string
  /** Of the opening fence; counts from 1. */
  readonly line: number
}

/** One table: its header, and its rows of trimmed cells. */
export interface Table {
  readonly kind: 'table'
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Of the header. */
  readonly line: number
}

/** The blocks and tables of a page, in their order. */
export function partsOf(page: string): readonly (Block | Table)[] {
  const lines = page.split('\n')
  const parts: (Block | Table)[] = []
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    const fence = /^```(\S*) *(.*)$/.exec(line)
    if (fence !== null) {
      const end = lines.indexOf('```', index + 1)
      if (end === -1) throw new Error(`the block at line ${index + 1} has no end`)
      const [, language = '', words = ''] = fence
      const text = `${lines.slice(index + 1, end).join('\n')}\n`
      parts.push({ kind: 'block', language, words: words.split(' ').filter((word) => word !== ''), text, line: index + 1 })
      index = end
    } else if (line.startsWith('|')) {
      const rows: (readonly string[])[] = []
      const start = index
      for (; (lines[index] ?? '').startsWith('|'); index++) rows.push(cellsOf(lines[index] ?? ''))
      parts.push({ kind: 'table', header: rows[0] ?? [], rows: rows.slice(2), line: start + 1 })
    }
  }
  return parts
}

export function blocksOf(page: string): readonly Block[] {
  return partsOf(page).filter((part) => part.kind === 'block')
}

export function tablesOf(page: string): readonly Table[] {
  return partsOf(page).filter((part) => part.kind === 'table')
}

/** A page without its fenced blocks: what is said in sentences. */
export function proseOf(page: string): string {
  return page.replace(/^```[\s\S]*?^```$/gm, '')
}

/** The cells of a line; `\|` is a bar inside a cell. */
function cellsOf(line: string): readonly string[] {
  return line
    .replace(/^\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}
