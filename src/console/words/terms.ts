/** The words of what grants and memberships are given under. */

import { declareWords } from './words.tsx'

export const termWords = declareWords('terms', {
  en: {
    from: 'From',
    until: 'Until',
    condition: 'Condition',
    conditionHint: 'CEL over subject, resource, action, context and now; empty: always',
    reason: 'Reason',
    actions: 'Actions',
  },
  de: {
    from: 'Ab',
    until: 'Bis',
    condition: 'Bedingung',
    conditionHint: 'CEL über subject, resource, action, context und now; leer: immer',
    reason: 'Grund',
    actions: 'Aktionen',
  },
})
