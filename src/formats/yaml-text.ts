/** Reads YAML 1.2 (core schema) with places, bounded in depth, size and what aliases may unfold to. */

import type { Alias, Document, ParsedNode } from 'yaml'
import { isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, parseDocument } from 'yaml'
import { refuse } from '../core/index.ts'
import type { Located, LocatedEntry } from './located.ts'
import { refuseTwin, textDepthLimit } from './located.ts'

/** The library builds a tree of some hundred bytes a token; a text of more is refused before that is begun. */
const tokenLimit = 2_000_000
/** Values that aliases may add by being unfolded. */
const unfoldLimit = 100_000

/**
 * Reads one YAML document. Throws `invalid_row` with the place for a text that is not YAML, `duplicate_key`, `too_deep`, `too_many_items` for
 * aliases that unfold to more than 100,000 values, `payload_too_large` for more than 2,000,000 tokens.
 */
export function parseYaml(text: string, file?: string): Located {
  requireModest(text)
  const lines = new LineCounter()
  // Twins are looked for below: the library's own search compares every key with every other.
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: false,
    version: '1.2',
    schema: 'core',
    prettyErrors: false,
    stringKeys: false,
  })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0])
    throw refuse('invalid_row', { ...(file === undefined ? {} : { file }), line, column: col, reason: `is not YAML: ${fault.message}` })
  }
  return new Walk(document, lines, file).read(document.contents, 1)
}

/** Looks at the tokens alone, one by one: how many, and how deep the brackets go. */
function requireModest(text: string): void {
  let tokens = 0
  let depth = 0
  for (const token of new Lexer().lex(text)) {
    tokens += 1
    if (tokens > tokenLimit) throw refuse('payload_too_large', { limit: tokenLimit, unit: 'characters' })
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    if (depth > textDepthLimit) throw refuse('too_deep', { limit: textDepthLimit })
  }
}

/** One reading of one document: it counts what aliases unfold to. */
class Walk {
  readonly #document: Document.Parsed
  readonly #lines: LineCounter
  readonly #file: string | undefined
  #unfolded = 0
  #aliases = 0

  constructor(document: Document.Parsed, lines: LineCounter, file: string | undefined) {
    this.#document = document
    this.#lines = lines
    this.#file = file
  }

  read(node: ParsedNode | Alias | null | undefined, depth: number): Located {
    if (depth > textDepthLimit) throw refuse('too_deep', { limit: textDepthLimit })
    if (this.#aliases > 0) {
      this.#unfolded += 1
      if (this.#unfolded > unfoldLimit) throw refuse('too_many_items', { field: 'aliases', found: this.#unfolded, limit: unfoldLimit })
    }
    const place = this.#placeOf(node)
    if (isAlias(node)) {
      this.#aliases += 1
      // What an anchor names was read from the same text.
      const target = node.resolve(this.#document) as ParsedNode | undefined
      if (target === undefined)
        throw refuse('invalid_row', { ...this.#fileAt(place), reason: `is not YAML: there is no anchor ${node.source}` })
      const value = this.read(target, depth + 1)
      this.#aliases -= 1
      return value
    }
    if (isSeq(node)) return { kind: 'list', ...place, items: node.items.map((item) => this.read(item as ParsedNode, depth + 1)) }
    if (isMap(node)) return { kind: 'object', ...place, entries: this.#entriesOf(node.items as readonly Pair[], depth) }
    const value = isScalar(node) ? node.value : null
    const source = isScalar(node) ? (node.source ?? '') : ''
    // The core schema knows these four; whatever else a scalar might be is taken as it is written.
    const known = value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string'
    return { kind: 'scalar', ...place, value: known ? value : source, source }
  }

  #entriesOf(pairs: readonly Pair[], depth: number): readonly LocatedEntry[] {
    const keys = new Set<string>()
    return pairs.map(({ key: node, value }) => {
      const place = this.#placeOf(node)
      const found = this.read(node, depth + 1)
      if (found.kind !== 'scalar') {
        throw refuse('invalid_row', { ...this.#fileAt(place), reason: 'a key must be a text' })
      }
      const key = typeof found.value === 'string' ? found.value : found.source
      if (keys.has(key)) refuseTwin(key, place, this.#file)
      keys.add(key)
      return { key, ...place, value: value === null ? { kind: 'scalar', ...place, value: null, source: '' } : this.read(value, depth + 1) }
    })
  }

  #placeOf(node: ParsedNode | Alias | null | undefined): { readonly line: number; readonly column: number } {
    const { line, col } = this.#lines.linePos(node?.range?.[0] ?? 0)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }

  #fileAt(place: { readonly line: number; readonly column: number }) {
    return { ...(this.#file === undefined ? {} : { file: this.#file }), ...place }
  }
}

interface Pair {
  readonly key: ParsedNode
  readonly value: ParsedNode | null
}
