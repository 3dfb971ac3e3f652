/** The words of changing many records at once. */

import { declareWords } from './words.tsx'

export const bulkWords = declareWords('bulk', {
  en: {
    change: 'Change…',
    showEffect: 'Show the effect',
    nothingChosen: 'Choose what is to change.',
    tooMany: 'That is {{count}} edits; one change set holds at most 10,000.',
    keep: 'Keep',
    add: 'Add',
    takeAway: 'Take away',
    clearAll: 'Clear',
  },
  de: {
    change: 'Ändern…',
    showEffect: 'Wirkung zeigen',
    nothingChosen: 'Wähle, was sich ändern soll.',
    tooMany: 'Das sind {{count}} Änderungen; auf einmal gehen höchstens 10.000.',
    keep: 'Behalten',
    add: 'Hinzufügen',
    takeAway: 'Wegnehmen',
    clearAll: 'Leeren',
  },
})
