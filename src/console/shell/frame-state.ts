/** What is open in the frame: the menu on a narrow screen, the finder, the list of keys. */

import { createContext, use } from 'react'

/** What can be opened from anywhere. */
export interface FrameState {
  openMenu(): void
  openFinder(): void
  openKeys(): void
}

const nothing = () => undefined
export const FrameContext = createContext<FrameState>({ openMenu: nothing, openFinder: nothing, openKeys: nothing })

/** The frame around the page. */
export function useFrame(): FrameState {
  return use(FrameContext)
}
