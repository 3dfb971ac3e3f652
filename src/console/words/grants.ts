/** The words of grants in lines. */

import { declareWords } from './words.tsx'

export const grantWords = declareWords('grants', {
  en: {
    allows: 'allows',
    denies: 'denies',
    over: 'over',
    on: 'on',
    onTenant: 'everywhere',
    takeAway: 'Take away',
    takeAwayOf: 'Take away: {{subject}}, {{what}}',
    more: 'More',
  },
  de: {
    allows: 'erlaubt',
    denies: 'verweigert',
    over: 'vorbei',
    on: 'auf',
    onTenant: 'überall',
    takeAway: 'Wegnehmen',
    takeAwayOf: 'Wegnehmen: {{subject}}, {{what}}',
    more: 'Mehr',
  },
})
