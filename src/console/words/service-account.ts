/** The words of a service account's page. */

import { declareWords } from './words.tsx'

export const serviceWords = declareWords('service-account', {
  en: {
    people: 'People',
    tag: 'service account',
    name: 'Name',
    description: 'Description',
    status: 'Status',
    groups: 'Groups',
    none: 'In no group.',
    permissions: 'Holds on the tenant',
    nothing: 'Nothing.',
    keys: 'API keys',
    ask: 'Ask about it',
  },
  de: {
    people: 'Personen',
    tag: 'Dienstkonto',
    name: 'Name',
    description: 'Beschreibung',
    status: 'Status',
    groups: 'Gruppen',
    none: 'In keiner Gruppe.',
    permissions: 'Hält auf dem Mandanten',
    nothing: 'Nichts.',
    keys: 'API-Schlüssel',
    ask: 'Danach fragen',
  },
})
