/** Conditions in CEL: compiled and type-checked once, then evaluated over what JSON holds. The core is handed this compiler by `assemble.ts`. */

import type { ASTNode } from '@marcbachmann/cel-js'
import { Environment, EvaluationError } from '@marcbachmann/cel-js'
import type { CompiledCondition, ConditionCompiler, ConditionOutcome } from './core/index.ts'

/** A condition has at most so many parts, and stands at most so many levels deep. */
const limits = { maxAstNodes: 500, maxDepth: 32, maxListElements: 200, maxMapEntries: 200, maxCallArguments: 8 }

/** Loops run over every item of a list. A condition that holds one is not evaluated over longer lists, and loops do not stand in loops. */
const loopLimit = 1000
const loops: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])

/** What could take time or memory out of proportion to its input. */
const refused: ReadonlyMap<string, string> = new Map([
  ['matches', 'use startsWith, endsWith or contains: regular expressions may take for ever'],
  ['split', 'send the parts as a list'],
  ['json', 'send the value as JSON'],
  ['bind', 'write the expression out: a bound value can double itself'],
])

const environment = new Environment({ homogeneousAggregateLiterals: false, limits })
for (const name of ['subject', 'resource', 'action', 'context']) environment.registerVariable(name, 'map')
environment.registerVariable('now', 'google.protobuf.Timestamp')
// JSON has one kind of number, which CEL reads as double; whoever writes `context.amount + 1` must not have to know.
const arithmetic: readonly (readonly [string, (one: number, other: number) => number])[] = [
  ['+', (one, other) => one + other],
  ['-', (one, other) => one - other],
  ['*', (one, other) => one * other],
  ['/', (one, other) => one / other],
  ['%', (one, other) => one % other],
]
for (const [operator, compute] of arithmetic) {
  const mixed = (one: unknown, other: unknown) => compute(Number(one), Number(other))
  environment.registerOperator(`int ${operator} double: double`, mixed)
  environment.registerOperator(`double ${operator} int: double`, mixed)
}
environment.registerOperator('double % double: double', (one: number, other: number) => one % other)
environment.registerOperator('int == double', (one: bigint, other: number) => Number(one) === other)

/**
 * Compiles a condition over `subject`, `resource` (`type`, `id`, `attributes`), `action` (`name`, `properties`), `context` and the timestamp
 * `now`. Anything that can be known to be wrong beforehand is a fault: syntax, unknown names, a result that is not a bool, loops within
 * loops, `matches`, more than 500 parts. What is compiled never throws: an input that is missing or of the wrong type gives `failed`.
 */
export const compileCondition: ConditionCompiler = (source) => {
  let parsed: ReturnType<Environment['parse']>
  let hasLoop: boolean
  try {
    parsed = environment.parse(source)
    hasLoop = inspect(parsed.ast, false)
  } catch (error) {
    return { fault: sentenceOf(error) }
  }
  const checked = parsed.check()
  if (!checked.valid) return { fault: sentenceOf(checked.error) }
  if (checked.type !== 'bool' && checked.type !== 'dyn') return { fault: `gives ${checked.type}, and must give true or false` }

  const condition: CompiledCondition = (input) => {
    if (hasLoop && isTooLong(input)) return { outcome: 'failed', reason: `loops over lists of at most ${loopLimit} items` }
    try {
      return outcomeOf(parsed({ ...input, now: new Date(input.now) }), parsed.ast)
    } catch (error) {
      return failureOf(error)
    }
  }
  return condition
}

class Unsupported extends Error {}

/** Whether the expression loops. Throws when it holds what we do not offer. */
function inspect(node: ASTNode, insideLoop: boolean): boolean {
  switch (node.op) {
    case 'rcall': {
      const [name, receiver, given] = node.args
      const reason = refused.get(name)
      if (reason !== undefined) throw new Unsupported(`${name} is not offered: ${reason}`)
      const isLoop = loops.has(name)
      if (isLoop && insideLoop) throw new Unsupported(`${name} stands inside another loop; use in`)
      const inReceiver = inspect(receiver, insideLoop)
      return anyOf(given, insideLoop || isLoop) || inReceiver || isLoop
    }
    case 'call':
      return anyOf(node.args[1], insideLoop)
    default:
      return anyOf(node.args, insideLoop)
  }
}

/** Operands are nodes, lists of nodes (a map literal has pairs), or plain values such as names. */
function anyOf(operands: unknown, insideLoop: boolean): boolean {
  // Every operand is looked at, so that what is refused is found behind a loop too.
  if (Array.isArray(operands)) return operands.map((each) => anyOf(each, insideLoop)).includes(true)
  return isNode(operands) && inspect(operands, insideLoop)
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value
}

function outcomeOf(value: unknown, node: ASTNode): ConditionOutcome {
  if (value === true) return { outcome: 'true' }
  if (value === false) return { outcome: 'false' }
  return failed(pathOf(node), 'is neither true nor false')
}

function failureOf(error: unknown): ConditionOutcome {
  // A time zone that does not exist, for one, comes as an error of the language itself.
  if (!(error instanceof EvaluationError)) return { outcome: 'failed', reason: sentenceOf(error) }
  const input = inputOf(error.node)
  return failed(input, error.code === 'no_such_key' && input !== undefined ? 'is missing' : error.summary)
}

function failed(input: string | undefined, reason: string): ConditionOutcome {
  return { outcome: 'failed', ...(input === undefined ? {} : { input }), reason }
}

/** The input that an error is about: the path itself, or the one operand that is a path. */
function inputOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  const path = pathOf(node)
  if (path !== undefined) return path
  const operands: readonly unknown[] = Array.isArray(node.args) ? node.args.flat() : [node.args]
  const paths = operands.flatMap((operand) => (isNode(operand) ? (pathOf(operand) ?? []) : []))
  return paths.length === 1 ? paths[0] : undefined
}

/** `context.amount`, `context["two words"]`, `context.items[0]`; undefined for what is computed. */
function pathOf(node: ASTNode): string | undefined {
  if (node.op === 'id') return node.args
  if (node.op === '.') {
    const path = pathOf(node.args[0])
    return path && `${path}.${node.args[1]}`
  }
  if (node.op !== '[]') return undefined
  const [list, index] = node.args
  const path = pathOf(list)
  if (path === undefined || index.op !== 'value') return undefined
  return `${path}[${typeof index.args === 'string' ? JSON.stringify(index.args) : String(index.args)}]`
}

function sentenceOf(error: unknown): string {
  if (error instanceof Unsupported) return error.message
  // The message of a CEL error draws the source with a marker below its first line.
  const sentence = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
  return sentence.charAt(0).toLowerCase() + sentence.slice(1)
}

/** Stored attributes are asked again and again, and never change in place. */
const measured = new WeakMap<object, boolean>()

/** Whether a list or a table with more items than loops may have is anywhere inside. */
function isTooLong(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const known = measured.get(value)
  if (known !== undefined) return known
  const items: readonly unknown[] = Object.values(value)
  const tooLong = items.length > loopLimit || items.some(isTooLong)
  measured.set(value, tooLong)
  return tooLong
}
