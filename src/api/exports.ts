/** The formats in which a tenant or a group is written out. */

import { oneOf, optional } from '../core/index.ts'
import { textParameter } from './parameters.ts'

/** How an export can be written; the writers stand in the room `formats`. */
export const exportFormats = ['json', 'yaml', 'ldif', 'open-webui', 'csv-users', 'csv-groups', 'csv-memberships'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** The media types of their texts. */
export const exportTypes = ['application/json', 'application/yaml', 'text/ldif', 'text/csv'] as const

/** What an export may be asked. */
export const exportQuery = {
  format: optional(oneOf(...exportFormats)),
  base: optional(textParameter(1000, 'for the format ldif: the entry below which everything stands, such as dc=example,dc=org')),
}
