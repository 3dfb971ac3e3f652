/** Builds the console: src/console into dist/console, as one page, a few scripts that are loaded when they are needed, and styles, all with hashed names. */
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Rooms whose code ends up in the browser. */
const rooms = ['console', 'api', 'core']

/**
 * True when the console was never built, or when a file that goes into it is newer than the last build that succeeded.
 *
 * @param {string} root
 */
export function isConsoleStale(root) {
  const stamp = stampOf(root)
  if (!existsSync(stamp)) return true
  const built = statSync(stamp).mtimeMs
  const folders = rooms.map((room) => join(root, 'src', room)).filter((folder) => existsSync(folder))
  // Folders are looked at as well: removing a file changes nothing but its folder.
  const files = folders.flatMap((folder) => [
    folder,
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  ])
  return [...files, join(root, 'package-lock.json'), join(root, 'tools', 'build-console.mjs')].some(
    (path) => statSync(path).mtimeMs > built,
  )
}

/**
 * Builds the console anew.
 *
 * @param {string} root
 * @returns {Promise<boolean>} false when it could not be built; why has been printed
 */
export async function buildConsole(root) {
  const started = new Date()
  // Only who builds the console needs its builder.
  const { build } = await import('vite')
  rmSync(stampOf(root), { force: true })
  try {
    await build({
      root: join(root, 'src', 'console'),
      configFile: false,
      logLevel: 'error',
      base: '/',
      // The server puts another nonce into every answer in place of this word.
      html: { cspNonce: 'CURIA_NONCE' },
      plugins: [namesStart],
      build: {
        outDir: join(root, 'dist', 'console'),
        emptyOutDir: true,
        target: 'es2023',
        sourcemap: false,
        // The content policy lets no data: script or style through, and pictures are few.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
        chunkSizeWarningLimit: 1000,
        rolldownOptions: {
          treeshake: { moduleSideEffects: (id) => !/\/src\/(core|api)\//.test(id) },
        },
      },
    })
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return false
  }
  writeFileSync(stampOf(root), '')
  utimesSync(stampOf(root), started, started)
  return true
}

/**
 * The page names the scripts and styles of the console itself, which `main.tsx` asks for: the browser need not read that before it fetches them.
 *
 * @type {import('vite').Plugin}
 */
const namesStart = {
  name: 'names-start',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const files = Object.values(bundle)
      const start = files.find((file) => file.type === 'chunk' && file.facadeModuleId?.endsWith('/start.tsx'))
      if (start?.type !== 'chunk') throw new Error('the console has no start.tsx')
      const scripts = [start.fileName, ...start.imports]
      const styles = scripts.flatMap((name) => {
        const file = bundle[name]
        return file?.type === 'chunk' ? [...(file.viteMetadata?.importedCss ?? [])] : []
      })
      return [
        ...[...new Set(styles)]
          .filter((name) => !html.includes(name))
          .map((name) => ({
            tag: 'link',
            attrs: { rel: 'stylesheet', href: `/${name}` },
            injectTo: /** @type {const} */ ('head'),
          })),
        ...scripts.map((name) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', href: `/${name}` },
          injectTo: /** @type {const} */ ('head'),
        })),
      ]
    },
  },
}

/** @param {string} root */
function stampOf(root) {
  return join(root, 'dist', 'console', '.built')
}
