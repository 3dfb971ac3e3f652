/** Shapes made of shapes: with a name in the API document, one of several, a list of any length. */

import type { RecordOf, Shape } from '../core/index.ts'
import { list, oneOf, record, refuse } from '../core/index.ts'

/** Names a shape: the API document then holds it once, under this name. */
export function titled<T>(title: string, shape: Shape<T>, description?: string): Shape<T> {
  return { ...shape, schema: { title, ...(description === undefined ? {} : { description }), ...shape.schema } }
}

type Fields = { readonly [name: string]: Shape<unknown> }
type Cases = { readonly [value: string]: Fields }
type VariantOf<Tag extends string, C extends Cases> = {
  readonly [Value in keyof C]: { readonly [T in Tag]: Value } & RecordOf<C[Value]>
}[keyof C]

/** One of several records that are told apart by the text of one field. */
export function variants<Tag extends string, C extends Cases>(tag: Tag, cases: C): Shape<VariantOf<Tag, C>> {
  const shapes = new Map(Object.entries(cases).map(([value, fields]) => [value, record({ [tag]: oneOf(value), ...fields })]))
  return {
    schema: { oneOf: [...shapes.values()].map((shape) => shape.schema) },
    read(value, field) {
      const found = typeof value === 'object' && value !== null ? (value as { readonly [key: string]: unknown })[tag] : undefined
      const shape = typeof found === 'string' ? shapes.get(found) : undefined
      if (shape === undefined)
        throw refuse('invalid_parameter', { field: `${field}.${tag}`, reason: `must be one of ${[...shapes.keys()].join(', ')}` })
      // The case that was found by its tag has read the fields of this case.
      return shape.read(value, field) as VariantOf<Tag, C>
    },
  }
}

/** The first of the shapes that takes the value. */
export function anyOf<T>(...shapes: readonly Shape<T>[]): Shape<T> {
  return {
    schema: { anyOf: shapes.map((shape) => shape.schema) },
    read(value, field) {
      let fault: unknown
      for (const shape of shapes) {
        try {
          return shape.read(value, field)
        } catch (refusal) {
          fault ??= refusal
        }
      }
      throw fault
    },
  }
}

/** A list of any length: answers are never cut short. */
export function many<T>(item: Shape<T>): Shape<readonly T[]> {
  return { schema: { type: 'array', items: item.schema }, read: list(item, Number.MAX_SAFE_INTEGER).read }
}

/** Just this value. */
export function constant<const T extends boolean>(wanted: T): Shape<T> {
  return {
    schema: { type: 'boolean', const: wanted },
    read(value, field) {
      if (value !== wanted) throw refuse('invalid_parameter', { field, reason: `must be ${wanted}` })
      return wanted
    },
  }
}
