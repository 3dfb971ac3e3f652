import { describe, expect, it } from 'vitest'
import { listen, stopAtSignals } from '../../src/server/index.ts'
import { install } from '../doors/installation.ts'

describe('a server that is told to end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s answers what is under way, then lets go of its store', async (signal) => {
    const { handler, access } = await install()
    const order: string[] = []
    const arrived = promise()
    const held = promise()
    const listener = await listen(
      async (request) => {
        arrived.settle()
        await held.settled
        const response = await handler(request)
        order.push('answered')
        return response
      },
      { port: 0 },
    )
    const before = process.listeners(signal)
    const ended = promise()
    stopAtSignals(listener, async () => {
      order.push('store')
      await access.close()
      ended.settle()
    })
    const [own] = process.listeners(signal).filter((each) => !before.includes(each))
    const underWay = fetch(`${listener.url}/healthz`)
    await arrived.settled
    own?.(signal)
    held.settle()
    expect((await underWay).status).toBe(200)
    await ended.settled
    expect(order).toEqual(['answered', 'store'])
    await expect(fetch(`${listener.url}/healthz`)).rejects.toThrow()
    expect(process.listeners(signal)).toEqual(before)
  })
})

function promise(): { readonly settled: Promise<void>; settle(): void } {
  let settle = () => {}
  const settled = new Promise<void>((resolve) => {
    settle = resolve
  })
  return { settled, settle: () => settle() }
}
