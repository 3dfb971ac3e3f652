/** The console as it was built: a fixed map of paths to files, read once at start, and the one page that answers every address of a view. */

import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where the builder leaves the console, seen from the sources and from the compiled program alike. */
const folder = fileURLToPath(new URL('../../dist/console/', import.meta.url))

/** The first segment of every address under which the console has a view. An address outside of this list is no page, for anybody. */
const views: ReadonlySet<string> = new Set([
  '',
  'people',
  'service-accounts',
  'groups',
  'roles',
  'permissions',
  'resources',
  'ask',
  'audit',
  'journal',
  'sources',
  'targets',
  'plugins',
  'settings',
  'me',
  'sign-in',
  'claim',
  'reset-password',
  'confirm',
  'invitation',
])

const mediaTypes: { readonly [extension: string]: string } = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

/** The word in the built page in place of which every answer has a nonce of its own. */
const nonceWord = 'CURIA_NONCE'

/** What the page may do: run our own scripts and none in text, call this server and no other, be framed by nobody. */
function policyWith(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    // The component library makes style elements; they carry the nonce of the page.
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ')
}

/** The files of the console and its page. */
export interface ConsoleFiles {
  /** Whether the path is the address of a view, or a file of the console. */
  has(path: string): boolean
  /** The answer to a path that it has. */
  answer(path: string): Response
}

/** Reads the built console. Throws when it was not built: the package is broken then. */
export function readConsole(): ConsoleFiles {
  const page = readPage()
  const files = new Map(
    readdirSync(new URL('../../dist/console/assets/', import.meta.url)).map((name) => [
      `/assets/${name}`,
      { body: new Uint8Array(readFileSync(`${folder}assets/${name}`)), mediaType: mediaTypes[name.slice(name.lastIndexOf('.') + 1)] },
    ]),
  )
  const isView = (path: string) => views.has(path.split('/')[1] ?? '')
  return {
    has: (path) => files.has(path) || isView(path),
    answer(path) {
      const file = files.get(path)
      if (file === undefined) return pageResponse(page)
      // The name changes with what is in it.
      const headers = {
        'content-type': file.mediaType ?? 'application/octet-stream',
        'cache-control': 'public, max-age=31536000, immutable',
      }
      return new Response(file.body, { headers })
    },
  }
}

function readPage(): string {
  try {
    return readFileSync(`${folder}index.html`, 'utf8')
  } catch (cause) {
    throw new Error('the console is not built: run `npm run build` first', { cause })
  }
}

function pageResponse(page: string): Response {
  const nonce = randomBytes(16).toString('base64')
  return new Response(page.replaceAll(nonceWord, nonce), {
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policyWith(nonce), 'cache-control': 'no-store' },
  })
}
