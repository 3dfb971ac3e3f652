/** Every figure, in the order of the table. */

import { assignmentChecks, denialChecks, documentChecks, shapeChecks, tenantChecks } from './checks.ts'
import type { Figure } from './figure.ts'
import { coldStart, memory } from './footprint.ts'
import { http } from './http.ts'
import { explanations, listFigures } from './lists.ts'
import { assignments, durableWrites, indexWrites, moves } from './writes.ts'

export const figures: readonly Figure[] = [
  tenantChecks,
  documentChecks,
  assignmentChecks,
  denialChecks,
  shapeChecks,
  ...listFigures,
  explanations,
  indexWrites,
  moves,
  assignments,
  memory,
  coldStart,
  http,
  durableWrites,
]
