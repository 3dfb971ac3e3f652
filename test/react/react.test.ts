import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import type { ReactNode } from 'react'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defineCatalogue } from '../../src/index.ts'
import type { Asking, KnownAnswer } from '../../src/react/index.ts'
import { Can, CuriaProvider, forCatalogue, useCan } from '../../src/react/index.ts'
import { browserPath, openBrowser } from '../console/browser.ts'
import type { Installed } from '../doors/installation.ts'
import { install, lowKey } from '../doors/installation.ts'

const catalogue = defineCatalogue({
  resourceTypes: { folder: { actions: ['view', 'edit'] } },
  permissions: { sell: {}, 'chat.export': {} },
})
const typed = forCatalogue<typeof catalogue>()

function shown(children: ReactNode, known: readonly KnownAnswer[] = []): string {
  return renderToString(createElement(CuriaProvider, { known }, children))
}

describe('what is rendered on the server', () => {
  it('shows what is known to be allowed, and the fallback for what is known not to be', () => {
    const page = (allowed: boolean) =>
      shown(createElement(Can, { action: 'edit', resource: 'folder:1', fallback: 'no' }, 'yes'), [
        { action: 'edit', resource: 'folder:1', allowed },
      ])
    expect([page(true), page(false)]).toEqual(['yes', 'no'])
  })

  it('shows what is pending for what is not known, and nothing when nothing is given', () => {
    expect(shown(createElement(Can, { action: 'sell', fallback: 'no', pending: 'wait' }, 'yes'))).toBe('wait')
    expect(shown(createElement(Can, { action: 'sell', fallback: 'no' }, 'yes'))).toBe('')
  })

  it('tells checks apart by action, resource and context, in whatever order the context is written', () => {
    const known: readonly KnownAnswer[] = [{ action: 'sell', context: { amount: 5, place: { a: 1, b: 2 } }, allowed: true }]
    const ask = (asking: Asking) =>
      shown(
        createElement(() => (useCan(asking).allowed ? 'yes' : 'no')),
        known,
      )
    expect(ask({ action: 'sell', context: { place: { b: 2, a: 1 }, amount: 5 } })).toBe('yes')
    expect(ask({ action: 'sell', context: { amount: 5 } })).toBe('no')
    expect(ask({ action: 'sell', resource: 'folder:1', context: { amount: 5, place: { a: 1, b: 2 } } })).toBe('no')
  })

  it('needs a provider above', () => {
    expect(() => renderToString(createElement(Can, { action: 'sell' }))).toThrow('there is no <CuriaProvider> above this component')
  })
})

describe('with the types of a catalogue', () => {
  it('knows its actions, permissions and resource types', () => {
    const known: readonly KnownAnswer[] = [{ action: 'view', resource: 'folder:1', allowed: true }]
    expect(
      shown(
        createElement(() => typed.Can({ action: 'view', resource: 'folder:1', children: 'yes' })),
        known,
      ),
    ).toBe('yes')
    const { useCan, Can } = typed
    const answers = [
      // @ts-expect-error the folder has no action of this name
      () => Can({ action: 'veiw', resource: 'folder:1', children: 'yes' }),
      // @ts-expect-error no permission is called so
      () => useCan({ action: 'sel' }).allowed,
      // @ts-expect-error no type is called so
      () => useCan({ action: 'view', resource: 'fodler:1' }).allowed,
    ]
    for (const answer of answers)
      expect(
        shown(
          createElement(() => (answer() === true ? 'yes' : 'no')),
          known,
        ),
      ).toBe('no')
  })
})

describe.skipIf(browserPath === undefined)('in a browser', () => {
  let installed: Installed
  let browser: Browser
  let page: Page
  let url = ''
  let stop = () => {}
  /** The bodies of the calls that asked. */
  const asked: string[] = []

  beforeAll(async () => {
    installed = await install([
      { kind: 'resource-type.create', name: 'folder', actions: ['edit'] },
      { kind: 'permission.create', name: 'sell', condition: 'context.amount < 100.0' },
      { kind: 'grant.create', id: 'plans', subject: 'user:low', actions: ['edit'], resource: 'folder:plans' },
      { kind: 'grant.create', subject: 'user:low', permission: 'sell' },
    ])
    const script = await bundled()
    const server = createServer(async (request, response) => {
      const path = request.url ?? '/'
      if (!path.startsWith('/api/')) {
        response.setHeader('content-type', path === '/page.js' ? 'text/javascript' : 'text/html')
        response.end(
          path === '/page.js' ? script : '<!doctype html><title>Folders</title><body><script type="module" src="/page.js"></script>',
        )
        return
      }
      const body = Buffer.concat(await request.toArray()).toString()
      if (path.endsWith('/check-many')) asked.push(body)
      const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' ? [[name, value]] : [],
      )
      const answer = await installed.handler(
        new Request(`http://localhost${path}`, { method: request.method ?? 'GET', headers, ...(body === '' ? {} : { body }) }),
      )
      response.statusCode = answer.status
      for (const [name, value] of answer.headers) response.setHeader(name, value)
      response.end(await answer.text())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
    stop = () => void server.close()
    browser = await openBrowser()
    page = await browser.newPage()
  })
  afterAll(async () => {
    await browser.close()
    stop()
    await installed.access.close()
  })

  const text = (id: string) => page.locator(`#${id}`).textContent()

  it('asks everything that a page shows in one call, about whoever looks, and shows the answers', async () => {
    await page.goto(`${url}/#key=${encodeURIComponent(lowKey)}`)
    await expect.poll(() => text('plans')).toBe('plans: may edit')
    expect(await text('letters')).toBe('letters: may not edit')
    expect(await text('sell')).toBe('may sell 5')
    expect(asked).toHaveLength(1)
    expect(JSON.parse(asked[0] ?? '').checks.map((check: { readonly subject: string }) => check.subject)).toEqual(Array(5).fill('user:low'))
  })

  it('is not allowed what could not be answered, and tells why', async () => {
    await expect.poll(() => text('typo')).toBe('permission_unknown')
  })

  it('asks only what is new when the page asks something else', async () => {
    await page.getByRole('button', { name: 'More' }).click()
    await expect.poll(() => text('sell')).toBe('may not sell 500')
    expect(JSON.parse(asked.at(-1) ?? '').checks).toEqual([{ action: 'sell', context: { amount: 500 }, subject: 'user:low' }])
  })

  it('shows a change of rights after it has asked once more', async () => {
    await installed.access.write([
      { kind: 'grant.delete', id: 'plans' },
      { kind: 'grant.create', subject: 'user:low', actions: ['edit'], resource: 'folder:letters' },
    ])
    expect(await text('plans')).toBe('plans: may edit')
    await page.getByRole('button', { name: 'Ask again' }).click()
    await expect.poll(() => text('plans')).toBe('plans: may not edit')
    expect(await text('letters')).toBe('letters: may edit')
  })

  it('shows nothing as allowed to somebody without a credential', async () => {
    await page.goto('about:blank')
    await page.goto(`${url}/#key=wrong`)
    await expect.poll(() => text('plans')).toBe('plans: may not edit (unauthenticated)')
  })
})

/** The page as one script. */
async function bundled(): Promise<string> {
  const entry = fileURLToPath(new URL('page.ts', import.meta.url))
  const outcome = await build({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, minify: false, lib: { entry, formats: ['es'], fileName: 'page' } },
  })
  const outputs = Array.isArray(outcome) ? outcome : [outcome]
  const chunk = outputs.flatMap((each) => ('output' in each ? each.output : [])).find((each) => each.type === 'chunk')
  if (chunk?.type !== 'chunk') throw new Error('the page was not built')
  return chunk.code
}
