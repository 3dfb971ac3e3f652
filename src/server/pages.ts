/** The pages that the server gives out itself: files of the package, read once at start. */

import { readFileSync } from 'node:fs'

interface Page {
  readonly body: Uint8Array<ArrayBuffer>
  readonly mediaType: string
}

/** No inline script or style, nothing from elsewhere, and nobody may frame it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

const mediaTypes: { readonly [extension: string]: string } = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  yaml: 'application/yaml; charset=utf-8',
}

/** Which file answers at which path: a fixed list, so that no path of a request ever becomes the path of a file. */
const files: { readonly [path: string]: string } = {
  '/docs': 'pages/docs.html',
  '/pages/docs.css': 'pages/docs.css',
  '/pages/docs.js': 'pages/docs.js',
  '/pages/emblem.svg': 'pages/emblem.svg',
  // The demo world that a new installation can begin with.
  '/examples/company.yaml': '../../examples/worlds/company.yaml',
}

/** Reads the pages. Throws when one is missing: the package is broken then. */
export function readPages(): ReadonlyMap<string, Page> {
  return new Map(
    Object.entries(files).map(([path, file]) => [
      path,
      {
        body: new Uint8Array(readFileSync(new URL(file, import.meta.url))),
        mediaType: mediaTypes[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
      },
    ]),
  )
}

/** The answer for a page. */
export function pageResponse(page: Page): Response {
  return new Response(page.body, {
    headers: { 'content-type': page.mediaType, 'content-security-policy': contentSecurityPolicy, 'cache-control': 'no-cache' },
  })
}
