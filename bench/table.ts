/** The one table of a run: for the terminal, and for the page. */

import type { Row } from './row.ts'

const headings = ['world', 'what', 'gate', 'measured', 'ratio', 'verdict'] as const

function cellsOf({ world, what, gate, measured, ratio, verdict }: Row): readonly string[] {
  return [world, what, gate, measured, ratio, verdict === 'told' ? '' : verdict]
}

/** Columns of even width. */
export function terminalTable(rows: readonly Row[]): string {
  const lines = [[...headings], ...rows.map(cellsOf)]
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function markdownTable(rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(headings), `|${headings.map(() => '---').join('|')}|`, ...rows.map((row) => line(cellsOf(row)))].join('\n')
}

/** How many rows of each verdict there are, in words. */
export function countOf(rows: readonly Row[]): string {
  const count = (verdict: Row['verdict']) => rows.filter((row) => row.verdict === verdict).length
  return `${count('held')} held, ${count('missed')} missed, ${count('skipped')} skipped`
}
