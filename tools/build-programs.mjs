/**
 * Builds the programs: src into a few files of dist that are read at once, for the doors of the package, the command, and what our own tools and tests
 * import. What is declared stays with the compiler. A command that starts reads twenty files and not six hundred.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** Modules that no program of others imports, but our tools and tests do. */
const ownDoors = [
  'api/endpoint',
  'api/endpoints',
  'api/openapi',
  'assemble',
  'cli/command-line',
  'cli/exit',
  'config',
  'server/problems',
  'service/snapshot-file',
  'store/open-sqlite',
]

/** Read into our files. The other packages stay outside: they hold machine code, are optional, or are loaded for one thing that few ask for. */
const built = ['@hono/node-server', '@marcbachmann/cel-js', 'commander', 'csv-parse', 'hono', 'kysely', 'yaml']

/**
 * True when they were never built, or when a file that goes into them is newer than the last build that succeeded.
 *
 * @param {string} root
 */
export function areProgramsStale(root) {
  const stamp = stampOf(root)
  if (!existsSync(stamp)) return true
  const built = statSync(stamp).mtimeMs
  const source = join(root, 'src')
  // Folders are looked at as well: removing a file changes nothing but its folder.
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/^console(?:[/\\]|$)/.test(path))
    .map((path) => join(source, path))
  const settings = ['package.json', 'package-lock.json', 'tools/build-programs.mjs'].map((path) => join(root, path))
  return [...files, ...settings].some((path) => statSync(path).mtimeMs > built)
}

/**
 * The files of the last build that succeeded, by their paths inside dist.
 *
 * @param {string} root
 * @returns {readonly string[]}
 */
export function filesOfPrograms(root) {
  return [stampName, ...JSON.parse(readFileSync(stampOf(root), 'utf8'))]
}

/**
 * Builds all of them anew.
 *
 * @param {string} root
 * @returns {Promise<boolean>} false when they could not be built; why has been printed
 */
export async function buildPrograms(root) {
  const started = new Date()
  // Only who builds needs the builder.
  const { build } = await import('vite')
  /** @type {{ readonly exports: { readonly [door: string]: string }, readonly bin: { readonly curia: string } }} */
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const doors = [...Object.values(manifest.exports), manifest.bin.curia].map((path) => path.replace(/^(?:\.\/)?dist\/|\.js$/g, ''))
  const source = join(root, 'src')
  rmSync(stampOf(root), { force: true })
  try {
    const result = await build({
      root,
      configFile: false,
      logLevel: 'error',
      publicDir: false,
      plugins: [placesOfModules(source)],
      ssr: { noExternal: built },
      build: {
        ssr: true,
        outDir: join(root, 'dist'),
        emptyOutDir: false,
        target: 'node20',
        minify: false,
        sourcemap: true,
        copyPublicDir: false,
        reportCompressedSize: false,
        // Whose work is in our files, and under what terms.
        license: { fileName: 'parts/licenses.md' },
        rolldownOptions: {
          input: Object.fromEntries([...doors, ...ownDoors].map((door) => [door, join(source, `${door}.ts`)])),
          output: { entryFileNames: '[name].js', chunkFileNames: 'parts/[name]-[hash].js' },
        },
      },
    })
    const outputs = Array.isArray(result) ? result : [result]
    const files = outputs.flatMap((each) => ('output' in each ? each.output.map(({ fileName }) => fileName) : []))
    writeFileSync(stampOf(root), JSON.stringify(files))
    utimesSync(stampOf(root), started, started)
    return true
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return false
  }
}

const stampName = '.built-programs'

/** @param {string} root */
function stampOf(root) {
  return join(root, 'dist', stampName)
}

/**
 * A module that finds files beside it finds them still when it is read as a part of another file: in dist they stand where they stood in src.
 *
 * @param {string} source
 * @returns {import('vite').Plugin}
 */
function placesOfModules(source) {
  const mark = /"__PLACE_OF<([^>]*)>__"/g
  return {
    name: 'places-of-modules',
    transform(code, id) {
      if (!id.startsWith(source) || !code.includes('import.meta.url')) return undefined
      return { code: code.replaceAll('import.meta.url', `"__PLACE_OF<${relative(source, id)}>__"`), map: null }
    },
    renderChunk(code, { fileName }) {
      if (!code.includes('__PLACE_OF<')) return null
      const placed = code.replaceAll(mark, (_, module) => `new URL('${relative(dirname(fileName), module)}', import.meta.url)`)
      return { code: placed, map: null }
    },
  }
}
