/** Who sits in front of the console, and what they may do on the tenant: by this it is decided what is shown. The server decides what is done. */

import type { ReactNode } from 'react'
import { createContext, use, useCallback } from 'react'
import type { AnswerOf } from '../../api/client.ts'

/** The answer of `/me`. */
export type Me = AnswerOf<'me'>

const context = createContext<Me | undefined>(undefined)

/** Makes it known to everything inside. */
export function MeProvider({ me, children }: { readonly me: Me; readonly children: ReactNode }) {
  return <context.Provider value={me}>{children}</context.Provider>
}

/** Who is signed in. */
export function useMe(): Me {
  const me = use(context)
  if (me === undefined) throw new Error('nobody is signed in here')
  return me
}

/** Whether the person holds a permission on the tenant. One who holds it only on some records finds the act at those records. */
export function useMay(): (permission: string) => boolean {
  const { everyRight, permissions } = useMe()
  return useCallback((permission) => everyRight === true || permissions.includes(permission), [everyRight, permissions])
}
