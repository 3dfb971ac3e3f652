/**
 * Tests read our modules as Node reads them: compiled once before the run, each still a file of its own, instead of through the runner of the
 * tests, which puts a getter between every two modules. What is tested is quicker by that, and nothing else is different. Only the files with
 * the tests themselves go through the runner. Whoever watches reads everything through it, since what is watched changes.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Where modules are that are compiled as they are; a run of `npm ci` takes them away. */
const folder = join(root, 'node_modules', '.cache', 'test-modules')
const rooms = ['src', 'test', 'bench']

/** @returns {import('vite').Plugin & { configureVitest(context: { readonly vitest: { readonly config: { readonly watch: boolean } } }): Promise<void> }} */
export function testModules() {
  let isOn = false
  return {
    name: 'test-modules',
    enforce: 'pre',
    async configureVitest({ vitest }) {
      isOn = !vitest.config.watch
      if (isOn) await build()
    },
    resolveId(id, importer) {
      if (!isOn || importer === undefined || !id.startsWith('.') || !id.endsWith('.ts')) return undefined
      const built = builtPath(fileURLToPath(new URL(id, pathToFileURL(importer))))
      return existsSync(built) ? { id: built, external: true } : undefined
    },
  }
}

/** Compiles all of them anew, which takes a second. Throws when one cannot be. */
async function build() {
  // The configuration of the tests reads this file, also where nothing is compiled.
  const vite = await import('vite')
  rmSync(folder, { recursive: true, force: true })
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

/** @param {string} path of a source */
function builtPath(path) {
  return join(folder, relative(root, path)).replace(/\.ts$/, '.js')
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
