/** Where the pages of a program get their answers from. */

import type { ReactNode } from 'react'
import { createContext, createElement, useContext, useMemo } from 'react'
import type { AnswerSource, KnownAnswer } from './answers.ts'
import { Answers } from './answers.ts'

const AnswersContext = createContext<Answers | undefined>(undefined)

export interface CuriaProviderProps {
  /** A client (`curia/client`) that is called by whoever looks at the page. Absent: only `known` is answered. */
  readonly client?: AnswerSource
  /** Who looks at the page, as a reference. Default: whoever the client is called by. */
  readonly subject?: string
  /** Answers that came with the page: they are there at the first render, also on the server. Read once. */
  readonly known?: readonly KnownAnswer[]
  readonly children?: ReactNode
}

/** Gives `useCan` and `Can` below it their answers. One for each person: another client or subject begins anew. */
export function CuriaProvider({ client, subject, known, children }: CuriaProviderProps): ReactNode {
  // What is known beforehand belongs to the first render: a list that is made anew at each must not begin anew.
  const answers = useMemo(() => new Answers(client, subject, known ?? []), [client, subject])
  return createElement(AnswersContext.Provider, { value: answers }, children)
}

/** The answers of the provider above. Throws when there is none. */
export function useAnswers(): Answers {
  const answers = useContext(AnswersContext)
  if (answers === undefined) throw new Error('there is no <CuriaProvider> above this component')
  return answers
}

/** Gives what asks everything that the page shows once more: for after a change of rights. */
export function useRefresh(): () => void {
  const answers = useAnswers()
  return useMemo(() => () => answers.refresh(), [answers])
}
