/** The plugins of the process, and what plugins have left. */

import { flag, list, optional, readPluginName, record, tableNames, text } from '../core/index.ts'
import { previewShape, why, writtenShape } from './change-sets.ts'
import { basePath, endpoint, writeErrors } from './endpoint.ts'
import { pageQuery } from './parameters.ts'
import { many, titled } from './titled.ts'
import { anyText, count, revision } from './words.ts'

const mayView = { kind: 'permission', permission: 'tenant.view' } as const
const plugin = { plugin: text(readPluginName, { maxLength: 128, description: 'the name of a plugin' }) }

const stateShape = titled(
  'Plugin',
  record({
    name: anyText,
    description: optional(anyText),
    active: flag,
    records: record(Object.fromEntries(tableNames.map((table) => [table, optional(count)]))),
  }),
  'A plugin that is active in the process that answers, or has left records; with the number of its records of each kind.',
)

const orphanShape = titled('Orphan', record({ plugin: anyText, record: anyText, name: optional(anyText) }))

const wish = titled(
  'OrphanWish',
  record({
    records: optional(list(text(undefined, { maxLength: 700, description: 'as the list of orphans names it' }))),
    reason: optional(why),
    preview: optional(flag),
  }),
  'The orphans that are meant; absent: all that the plugin left.',
)

const acting = {
  method: 'POST',
  tag: 'records',
  right: { kind: 'write', permission: 'tenant.take-over' },
  parameters: plugin,
  body: wish,
  bodyOptional: true,
  answer: writtenShape,
  previewAnswer: previewShape,
  errors: writeErrors,
} as const

/** The endpoints of plugins. */
export const pluginEndpoints = {
  plugins: endpoint({
    method: 'GET',
    path: `${basePath}/plugins`,
    tag: 'records',
    summary: 'the plugins that are active in this process, and those that have left records',
    right: mayView,
    answer: titled('Plugins', record({ items: many(stateShape), revision })),
    errors: [],
  }),
  orphans: endpoint({
    method: 'GET',
    path: `${basePath}/plugins/{plugin}/orphans`,
    tag: 'records',
    summary: 'the records that a plugin left which is not active, a page at a time',
    right: mayView,
    parameters: plugin,
    query: pageQuery,
    answer: titled('Orphans', record({ items: many(orphanShape), next: optional(anyText), total: count, revision })),
    errors: ['invalid_cursor'],
  }),
  takeOverOrphans: endpoint({
    ...acting,
    path: `${basePath}/plugins/{plugin}/take-over`,
    summary: 'makes what a plugin left our own, all of it or the records that are named; with `preview` only the effect is told',
  }),
  removeOrphans: endpoint({
    ...acting,
    path: `${basePath}/plugins/{plugin}/remove`,
    summary: 'deletes what a plugin left, all of it or the records that are named; with `preview` only the effect is told',
  }),
}
