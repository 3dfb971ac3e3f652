/** The words of forms. */

import { declareWords } from './words.tsx'

export const formWords = declareWords('form', {
  en: { showEffect_one: 'Show the effect of {{count}} edit', showEffect_other: 'Show the effect of {{count}} edits', discard: 'Discard' },
  de: {
    showEffect_one: 'Wirkung von {{count}} Änderung zeigen',
    showEffect_other: 'Wirkung von {{count}} Änderungen zeigen',
    discard: 'Verwerfen',
  },
})
