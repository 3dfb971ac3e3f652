/** The door `curia/react`: what whoever looks at a page may do, for the pages of an embedding program. */

export type { Answer, AnswerSource, Asking, KnownAnswer } from './answers.ts'
export { Can, type CanCheck, type CanFor, type CanViews, forCatalogue, useCan } from './can.ts'
export { CuriaProvider, type CuriaProviderProps, useRefresh } from './provider.ts'
