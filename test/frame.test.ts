import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TestModule } from 'vitest/node'
import { isSuccess, sentenceOf, tallyOf } from '../tools/tally.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

describe('the lockfile', () => {
  it('names no host to download from', () => {
    const lock = JSON.parse(read('package-lock.json'), (key, value) => (key === 'funding' ? undefined : value))
    expect(JSON.stringify(lock).match(/[a-z+]+:\/\/[^"]*/g) ?? []).toEqual([])
    expect(read('package-lock.json')).not.toContain('"resolved"')
  })
})

describe('the npm settings', () => {
  it('refuse an engine that is too old and keep hosts out of the lockfile', () => {
    expect(read('.npmrc').trim().split('\n')).toEqual(['engine-strict=true', 'omit-lockfile-registry-resolved=true'])
  })
})

describe('every dependency', () => {
  it('is pinned to one version', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'))
    const versions: string[] = Object.values({ ...dependencies, ...devDependencies })
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
  })

  it('that is loaded at run time needs no install script', async () => {
    const { DatabaseSync } = await import('@photostructure/sqlite')
    const database = new DatabaseSync(':memory:')
    expect(database.prepare('select 1 as one').get()).toEqual({ one: 1 })
    database.close()
  })
})

describe('the compiler', () => {
  it.each([
    ['core', 'the browser', 'export const title: string = document.title'],
    ['core', 'node', 'export const home = process.env.HOME'],
    ['core', 'a module of node', `export { join } from 'node:path'`],
    ['core', 'the network', `export const answer = fetch('/')`],
    ['core', 'an item that may be missing', 'export const first = (items: readonly string[]): string => items[0]'],
    ['core', 'an enum', 'export enum Effect { allow, deny }'],
    ['browser', 'node', 'export const home = process.env.HOME'],
    ['browser', 'a module of node', `export { join } from 'node:path'`],
    ['node', 'the browser', 'export const title: string = document.title'],
  ])('refuses to %s: %s', (wall, _, text) => {
    expect(compiles(wall, text)).toBe(false)
  })

  it.each([
    ['core', 'export const last = [1, 2].at(-1)'],
    ['browser', `export const title: Promise<Response> = fetch(document.title)`],
    ['node', `export { join } from 'node:path'\nexport const answer: Promise<Response> = fetch(process.argv[0] ?? '')`],
  ])('accepts in %s what belongs there', (wall, text) => {
    expect(compiles(wall, text)).toBe(true)
  })
})

describe('the count of a test run', () => {
  it('adds what happened to every test', () => {
    const tally = tallyOf([fileOf(['passed', 'passed', 'failed', 'skipped'])], 0)
    expect(sentenceOf(tally)).toBe('2 passed, 1 failed, 1 skipped')
    expect(isSuccess(tally)).toBe(false)
  })

  it('is a success when every test passed', () => {
    const tally = tallyOf([fileOf(['passed'])], 0)
    expect(sentenceOf(tally)).toBe('1 passed, 0 failed')
    expect(isSuccess(tally)).toBe(true)
  })

  it.each([
    ['a file did not load', tallyOf([fileOf(['passed']), fileOf([], 1)], 0)],
    ['a test never ended', tallyOf([fileOf(['passed', 'pending'])], 0)],
    ['an error was thrown outside of the tests', tallyOf([fileOf(['passed'])], 1)],
  ])('is a failure when %s', (_, tally) => {
    expect(tally).toEqual({ passed: 1, failed: 1, skipped: 0 })
    expect(isSuccess(tally)).toBe(false)
  })

  it('is a failure when no test ran', () => {
    expect(isSuccess(tallyOf([fileOf(['skipped'])], 0))).toBe(false)
  })
})

describe('the doors of the package as it is built', () => {
  it('lead to one engine: what is thrown behind one is known behind the others', () => {
    const script = `
      const doors = await Promise.all(['index', 'core/index', 'api/client'].map((door) => import('${pathToFileURL(root)}dist/' + door + '.js')))
      const errors = doors.map((door) => door.CuriaError).filter((error) => error !== undefined)
      console.log(errors.length, new Set(errors).size)`
    const run = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
    expect(run).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[2-9] 1\n$/) })
  })

  it('and what our tools and tests read of it are files (else: a line in tools/build-programs.mjs)', () => {
    const folders = ['tools', 'test'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(root, folder, path)),
    )
    const files = folders
      .filter((path) => /\.(?:mjs|ts)$/.test(path))
      .flatMap((path) => {
        const text = readFileSync(path, 'utf8')
        return [
          ...Array.from(text.matchAll(/\bfrom '((?:\.\.\/)+dist\/[^']+\.js)'/g), ([, file = '']) => join(dirname(path), file)),
          ...Array.from(text.matchAll(/\broot, ('dist'(?:, '[\w-]+')*, '[\w-]+\.js')/g), ([, words = '']) =>
            join(root, ...words.slice(1, -1).split("', '")),
          ),
        ]
      })
    expect(files.length).toBeGreaterThan(10)
    expect(files.filter((path) => !existsSync(path))).toEqual([])
  })

  it('come with the licences of what is built in', () => {
    const { dependencies } = JSON.parse(read('package.json'))
    const built = [...read('dist/parts/licenses.md').matchAll(/^## (\S+) - (\S+)/gm)].map(([, name = '', version]) => [name, version])
    expect(built.length).toBeGreaterThan(4)
    expect(built).toEqual(built.map(([name = '']) => [name, dependencies[name]]))
  })
})

describe('the continuous integration', () => {
  it('runs what the README tells people to run', () => {
    expect(read('.ci/run')).toContain('npm ci && npm test')
    expect(statSync(join(root, '.ci/run')).mode & 0o111).toBe(0o111)
  })
})

describe('the settings of the compiler', () => {
  it('are all part of one build', () => {
    const { references } = JSON.parse(read('tsconfig.json'))
    const built = references.map((reference: { path: string }) => reference.path.replace('./', ''))
    const present = readdirSync(root).filter((name) => /^tsconfig\.(?!base).+\.json$/.test(name))
    expect(built.sort()).toEqual(present.sort())
  })
})

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** Compiles one file behind one of the walls, outside of this folder and without output. */
function compiles(wall: string, text: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'curia-wall-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const compilerOptions = {
    emitDeclarationOnly: false,
    noEmit: true,
    composite: false,
    rootDir: folder,
    tsBuildInfoFile: null,
    typeRoots: [join(root, 'node_modules/@types')],
  }
  const settings = { extends: join(root, `tsconfig.${wall}.json`), compilerOptions, include: ['*.ts'], exclude: [], references: [] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(join(folder, 'probe.ts'), text)
  const run = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' })
  const faults = run.stdout.split('\n').filter((line) => line.includes('error TS'))
  // A fault in the settings would make every refusal pass for the wrong reason.
  expect(faults.filter((line) => !line.includes('probe.ts('))).toEqual([])
  return run.status === 0
}

/** As much of vitest's record of a file as is counted. */
function fileOf(states: readonly string[], loadErrors = 0): TestModule {
  const errors = () => Array.from({ length: loadErrors }, () => ({}))
  const children = { allTests: () => states.map((state) => ({ result: () => ({ state }) })), allSuites: () => [] }
  return { errors, children } as unknown as TestModule
}
