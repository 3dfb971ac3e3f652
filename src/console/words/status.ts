/** What a principal can be. */

import { declareWords } from './words.tsx'

export const statusWords = declareWords('status', {
  en: { active: 'active', inactive: 'inactive', pending: 'pending' },
  de: { active: 'aktiv', inactive: 'inaktiv', pending: 'wartet' },
})
