/** What has been so for a while. */

import { useEffect, useState } from 'react'

/** Whether it has been so for that many milliseconds; false as soon as it is not. What passes sooner changes nothing that is seen. */
export function useLasting(is: boolean, milliseconds: number): boolean {
  const [since, setSince] = useState(false)
  useEffect(() => {
    if (!is) return
    const timer = setTimeout(() => setSince(true), milliseconds)
    return () => {
      clearTimeout(timer)
      setSince(false)
    }
  }, [is, milliseconds])
  return is && since
}

/** A list that answers what was sought before is dimmed when that lasts so long. */
export const dimsAfter = 400
