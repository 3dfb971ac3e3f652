/**
 * Tests read our modules as Node reads them: compiled once before the run, each still a file of its own, instead of through the runner of the
 * tests, which puts a getter between every two modules. What is tested is quicker by that, and nothing else is different. Only the files with
 * the tests themselves go through the runner. Whoever watches reads everything through it, since what is watched changes.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, 'node_modules', '.cache')
const rooms = ['src', 'test', 'bench']

/** @returns {import('vite').Plugin & { configureVitest(context: { readonly vitest: import('vitest/node').Vitest }): Promise<void> }} */
export function testModules() {
  /** @type {string | undefined} */
  let folder
  return {
    name: 'test-modules',
    enforce: 'pre',
    async configureVitest({ vitest }) {
      if (vitest.config.watch) return
      mkdirSync(cache, { recursive: true })
      // Each run has its own, since another may begin at any moment, with other sources.
      const made = mkdtempSync(join(cache, 'test-modules-'))
      vitest.onClose(() => rmSync(made, { recursive: true, force: true }))
      await build(made)
      folder = made
    },
    resolveId(id, importer) {
      if (folder === undefined || importer === undefined || !id.startsWith('.') || !id.endsWith('.ts')) return undefined
      const source = fileURLToPath(new URL(id, pathToFileURL(importer)))
      const built = join(folder, relative(root, source)).replace(/\.ts$/, '.js')
      return existsSync(built) ? { id: built, external: true } : undefined
    },
  }
}

/**
 * Compiles all of them into a folder, which takes a second. Throws when one cannot be.
 *
 * @param {string} folder
 */
async function build(folder) {
  // The configuration of the tests reads this file, also where nothing is compiled.
  const vite = await import('vite')
  await vite.build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [inTheirPlaces()],
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      copyPublicDir: false,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: rooms.flatMap((room) => modulesIn(room)),
        treeshake: false,
        output: { preserveModules: true, preserveModulesRoot: root, entryFileNames: '[name].js' },
      },
    },
  })
}

/** @param {string} room */
function modulesIn(room) {
  return readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.(?:test|d)\.ts$/.test(path) && !/(?:^|[/\\])(?:node_modules|dist|others)[/\\]/.test(path))
    .map((path) => join(root, room, path))
    .filter((path) => statSync(path).isFile())
}

/**
 * What a module finds beside itself it finds beside its source, and what is neither source nor test is read where it is.
 *
 * @returns {import('vite').Plugin}
 */
function inTheirPlaces() {
  return {
    name: 'in-their-places',
    enforce: 'pre',
    resolveId(id, importer) {
      if (importer === undefined) return undefined
      if (!id.startsWith('.')) return { id: /^curia(?:\/|$)/.test(id) ? import.meta.resolve(id) : id, external: true }
      const url = new URL(id, pathToFileURL(importer))
      const [room = ''] = relative(root, fileURLToPath(url)).split(sep)
      const isOurs = rooms.includes(room) && id.endsWith('.ts')
      return isOurs ? undefined : { id: url.href, external: true }
    },
    transform(code, id) {
      if (!code.includes('import.meta.')) return undefined
      const placed = code
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
      return { code: placed, map: null }
    },
  }
}
