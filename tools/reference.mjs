/**
 * Writes the reference pages in docs/reference from the code: errors, kinds of change, HTTP, command line.
 * `npm run reference` builds first; a test fails when a page is not what the code says.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, root } from './build.mjs'

/**
 * What the pages are made from. `source` gives the text of a file of ours, for the comments and types that are gone when it runs.
 * @typedef {{
 *   core: typeof import('../src/core/index.ts'),
 *   endpoints: typeof import('../src/api/endpoints.ts'),
 *   endpoint: typeof import('../src/api/endpoint.ts'),
 *   openapi: typeof import('../src/api/openapi.ts'),
 *   problems: typeof import('../src/server/problems.ts'),
 *   exits: typeof import('../src/cli/exit.ts'),
 *   source: (path: string) => string,
 *   sources: () => readonly string[],
 *   help: (commands: readonly (readonly string[])[]) => readonly string[],
 * }} Material
 */
/**
 * A piece of the API document. `any`, because JSON Schema nests at will and this script only reads what our own declarations wrote.
 * @typedef {{ readonly [key: string]: any }} Schema
 */
/** @typedef {{ readonly name: string, readonly type: string, readonly optional: boolean }} Detail */

const made = '<!-- Made by `npm run reference` from the code. Change the code, not this page. -->\n\n'

/**
 * All pages by their path inside the repository.
 * @param {Material} material
 * @returns {{ readonly [path: string]: string }}
 */
export function referencePages(material) {
  return {
    'docs/reference/errors.md': made + errorsPage(material),
    'docs/reference/changes.md': made + changesPage(material),
    'docs/reference/http.md': made + httpPage(material),
    'docs/reference/command-line.md': made + commandLinePage(material),
  }
}

/** Files that name codes without giving them. */
const declarations = ['src/core/errors.ts', 'src/server/problems.ts', 'src/api/endpoint.ts', 'src/api/endpoints.ts', 'src/cli/exit.ts']

/** @param {Material} material */
function errorsPage({ core, problems, exits, source, sources }) {
  const texts = sources()
    .filter((path) => !declarations.includes(path))
    .map(source)
  const unused = core.errorCodes.filter((code) => !texts.some((text) => text.includes(`'${code}'`)))
  const details = detailsOfErrors(source('src/core/errors.ts'))
  const rows = core.errorCodes.map((code) => {
    const fields = details.get(code)
    if (fields === undefined) throw new Error(`the details of ${code} were not found`)
    const sample = Object.fromEntries(fields.filter(({ optional }) => !optional).map((field) => [field.name, sampleOf(field)]))
    // The sample has the fields that the type of this code declares.
    const error = new core.CuriaError(core.refuse(code, /** @type {never} */ (sample)))
    const told = fields.map(({ name, type, optional }) => `\`${name}\`${optional ? '?' : ''} ${cell(type)}`).join(', ')
    return `| \`${code}\` | ${problems.statusOf[code]} | ${exits.exitStatusOf(error)} | ${cell(`\`${error.message}\``)} | ${told} |`
  })
  return [
    '# Errors',
    '',
    'Every error of Curia has a code that stays the same, a sentence for people, and details by name. The library throws a `CuriaError` with `code`, `details` and',
    '`message`. Over HTTP the answer is a problem (RFC 9457) of the media type `application/problem+json` with `code`, `detail` (the sentence), `details` and `requestId`, under',
    'the status of the table. A command ends with the exit status; to a question that is refused, with 5. Words in `<>` stand for the details. A question mark behind a name: it may be absent.',
    '',
    '| Code | HTTP | Exit | Sentence | Details |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    'Declared, so that their names stand fast, and given by nothing in this version:',
    `${unused.map((code) => `\`${code}\``).join(' ')}.`,
    '',
  ].join('\n')
}

/**
 * The details of each code, read from the declaration: types are gone when the program runs.
 * @param {string} text
 * @returns {ReadonlyMap<string, readonly Detail[]>}
 */
function detailsOfErrors(text) {
  /** @type {Map<string, readonly Detail[]>} */
  const named = new Map()
  for (const [, name = '', base, body = ''] of text.matchAll(/^(?:export )?interface (\w+)(?: extends (\w+))? \{\n([\s\S]*?)^\}/gm)) {
    if (name !== 'ErrorDetails') named.set(name, [...(named.get(base ?? '') ?? []), ...fieldsIn(body)])
  }
  const body = /^export interface ErrorDetails \{\n([\s\S]*?)^\}/m.exec(text)?.[1] ?? ''
  const codes = [...body.matchAll(/^ {2}readonly (\w+): (.+)$/gm)]
  return new Map(
    codes.map(([, code = '', type = '']) => {
      if (type === 'Record<string, never>') return [code, []]
      const parts = type.split(' & ').map((part) => (part.startsWith('{') ? fieldsIn(part.slice(1, -1)) : named.get(part)))
      if (parts.includes(undefined)) throw new Error(`the type of ${code} cannot be read: ${type}`)
      return [code, parts.flatMap((part) => part ?? [])]
    }),
  )
}

/**
 * @param {string} body `readonly a: string; readonly b?: number`
 * @returns {Detail[]}
 */
function fieldsIn(body) {
  return [...body.matchAll(/readonly (\w+)(\??): ([^;\n]+)/g)].map(([, name = '', optional, type = '']) => {
    const list = /^readonly (\w+)\[\]$/.exec(type.trim())?.[1]
    const words =
      list === undefined ? type.trim().replaceAll("'", '`') : `list of ${list === 'string' ? 'texts' : 'faults with `reason` and place'}`
    return { name, optional: optional === '?', type: words === 'string' ? 'text' : words }
  })
}

/** @param {Detail} detail */
function sampleOf({ name, type }) {
  return type.startsWith('list') ? [`<${name}>`] : `<${name}>`
}

/** @param {Material} material */
function changesPage({ core, source }) {
  const text = source('src/core/change.ts')
  const comments = new Map(
    [...text.matchAll(/^ {2}\/\*\* (.+?) \*\/\n {2}(?:'([a-z.-]+)'|(\w+)): \{/gm)].map(([, comment = '', quoted, bare]) => [
      quoted ?? bare ?? '',
      comment,
    ]),
  )
  const parts = core.changeKinds.map((kind) => {
    const comment = comments.get(kind)
    const { properties, required } = /** @type {Schema} */ (core.record(core.changeFields[kind]).schema)
    return [`## ${kind}`, '', ...(comment === undefined ? [] : [comment, '']), ...fieldTable(properties, required), ''].join('\n')
  })
  return [
    '# Kinds of change',
    '',
    'A write is a list of changes, applied together or not at all. A change is an object with its `kind` and the fields of the kind. An update changes the fields that it names;',
    '`null` takes an optional value away. Fields that an update does not list cannot be changed. `origin` beside a new record says who owns it; without it the writer',
    'does. Another origin than the own one may only be named with the right `tenant.take-over`. The right that it takes to try each kind stands in',
    '`rightsToTry` (`src/core/may-try.ts`).',
    '',
    `At most ${core.changeLimit} changes stand in one change set of a caller. In the library: \`access.write([...])\`; over HTTP: \`POST /api/v1/changes\`.`,
    '',
    ...parts,
  ].join('\n')
}

/**
 * @param {{ readonly [name: string]: Schema }} properties
 * @param {readonly string[]} required
 * @returns {string[]}
 */
function fieldTable(properties, required = []) {
  const entries = Object.entries(properties)
  if (entries.length === 0) return ['No fields.']
  return [
    '| Field | | Is |',
    '|---|---|---|',
    ...entries.map(([name, schema]) => `| \`${name}\` | ${required.includes(name) ? 'needed' : ''} | ${cell(wordsOf(schema))} |`),
  ]
}

/**
 * A JSON Schema in words.
 * @param {Schema} schema
 * @returns {string}
 */
function wordsOf(schema) {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1)
    if (name === 'Change') return 'a [change](changes.md)'
    return `[${name}](#${name.toLowerCase()})`
  }
  if (schema.anyOf !== undefined) {
    const isClearable = schema.anyOf.some((/** @type {Schema} */ one) => one.type === 'null')
    const others = schema.anyOf.filter((/** @type {Schema} */ one) => one.type !== 'null').map(wordsOf)
    return `${others.join(' or ')}${isClearable ? ', or `null`' : ''}`
  }
  if (schema.oneOf !== undefined) return `one of: ${schema.oneOf.map(wordsOf).join('; ')}`
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (schema.enum !== undefined)
    return schema.enum.length > 20 ? 'one of the codes' : schema.enum.map((/** @type {string} */ one) => `\`${one}\``).join(' or ')
  switch (schema.type) {
    case 'boolean':
      return '`true` or `false`'
    case 'integer': {
      const { minimum, maximum } = schema
      return `whole number${maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? (minimum > 0 ? ` from ${minimum}` : '') : ` from ${minimum} to ${maximum}`}`
    }
    case 'string':
      return textWords(schema)
    case 'array':
      return `list of ${pluralOf(schema.items)}${schema.maxItems === undefined || schema.maxItems >= 10_000 ? '' : `, at most ${schema.maxItems}`}`
    case 'object':
      return objectWords(schema)
    default:
      return 'any JSON'
  }
}

/**
 * What the items of a list or table are. Their lengths are left to the OpenAPI document.
 * @param {Schema} schema
 */
function pluralOf(schema) {
  if (schema.$ref?.endsWith('/Change')) return '[changes](changes.md)'
  if (schema.type === 'string' && schema.enum === undefined && schema.format === undefined) {
    return schema.description === undefined ? 'texts' : `texts: ${escaped(schema.description)}`
  }
  return wordsOf(schema)
}

/** @param {Schema} schema */
function textWords({ format, description, maxLength, pattern }) {
  if (format === 'date-time') return 'time'
  if (description !== undefined) return `text: ${escaped(description)}`
  if (pattern !== undefined) return `text of the form \`${pattern}\``
  return maxLength === undefined || maxLength > 1_000_000 ? 'text' : `text, at most ${maxLength} characters`
}

/** @param {Schema} schema */
function objectWords({ properties, additionalProperties, required = [], description }) {
  if (description !== undefined) return `object: ${escaped(description)}`
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(([name, each]) => `\`${name}\`${required.includes(name) ? '' : '?'}: ${wordsOf(each)}`)
    return `object with ${fields.join(', ')}`
  }
  if (typeof additionalProperties === 'object') return `table of ${pluralOf(additionalProperties)}`
  return 'JSON object'
}

const headings = {
  ask: 'Asking',
  change: 'Changing',
  journal: 'The journal',
  'sign-in': 'Coming in',
  transfer: 'Export and import',
  records: 'Records',
  tenants: 'Tenants',
  targets: 'Targets',
  authzen: 'AuthZEN 1.0',
  server: 'The server',
}

/** @param {Material} material */
function httpPage({ core, endpoints: api, endpoint: shared, openapi }) {
  const document = /** @type {Schema} */ (openapi.openApiDocument('0.0.0'))
  const codes = (/** @type {readonly string[]} */ list) => list.map((code) => `\`${code}\``).join(' ')
  const sections = Object.entries(headings).map(([tag, heading]) => {
    const parts = api.endpointNames
      .map((name) => /** @type {const} */ ([name, /** @type {import('../src/api/endpoint.ts').Endpoint} */ (api.endpoints[name])]))
      .filter(([, endpoint]) => endpoint.tag === tag)
      .map(([name, endpoint]) => {
        const operation = document.paths[endpoint.path][endpoint.method.toLowerCase()]
        return endpointPart(name, endpoint, operation, openapi.needed(endpoint))
      })
    return [`## ${heading}`, '', ...parts].join('\n')
  })
  return [
    '# HTTP',
    '',
    'A running server gives the same as an OpenAPI 3.1 document at `/openapi.json`, and as a page to read at `/docs`. The typed client in `curia/client` has one method for each',
    'endpoint, called by the name behind the path.',
    '',
    '- Callers name themselves with `Authorization: Bearer <API key>`, with the cookie of a session or, where it is switched on, with HTTP Basic. More than one credential is refused. See [signing in](../signing-in.md).',
    '- Bodies and answers are JSON; times are ISO 8601 in UTC; references are `type:id`, percent-encoded in paths.',
    '- Every answer to a caller carries `Curia-Revision`, an opaque token. `Curia-At-Least` with a token asks for an answer that is no older.',
    '- `Curia-Tenant` names the tenant, or `/t/{tenant}` in front of the path does; without either it is `main`. One that is not there, is switched off, or in which the credential is nobody, is answered as not there: [tenants](../tenants.md).',
    '- What is made is answered with 201 and its path in `Location`, what is deleted with 204. With `?preview=true` nothing is written: the answer tells who would gain and lose what.',
    '- A record is answered with its `ETag`. A write that sends it back in `If-Match` is refused (412) when the record has changed since.',
    '- Lists take `limit`, `cursor`, `sort`, `q` and a filter for each field; they hold what the caller may see, and `total` counts just that.',
    `- Ordinary bodies may have ${shared.bodyLimit} bytes, imports ${shared.importLimit}.`,
    '',
    `Any endpoint can give ${codes(shared.commonErrors)}.`,
    `Any that needs a credential: ${codes(shared.signedInErrors)}.`,
    `Any with a body: ${codes(shared.bodyErrors)}.`,
    'What they mean and their status stand on the page [errors](errors.md).',
    '',
    ...sections,
    '## Shapes',
    '',
    ...shapeParts(document.components.schemas, new Set(['Change', ...core.changeKinds])),
  ].join('\n')
}

/**
 * @param {string} name
 * @param {import('../src/api/endpoint.ts').Endpoint} endpoint
 * @param {Schema} operation
 * @param {string} needed
 */
function endpointPart(name, endpoint, operation, needed) {
  const parameters = operation.parameters.filter((/** @type {Schema} */ one) => one.in !== 'header' || one.name !== 'Curia-At-Least')
  const rows = parameters.map(
    (/** @type {Schema} */ one) =>
      `| \`${one.name}\` | ${one.in} | ${one.required ? 'needed' : ''} | ${cell(wordsOf({ ...one.schema, ...(one.description === undefined ? {} : { description: one.description }) }))} |`,
  )
  const media = Object.keys(operation.requestBody?.content ?? {})
  const body = operation.requestBody?.content['application/json'].schema
  return [
    `### ${endpoint.method} \`${endpoint.path}\``,
    '',
    `\`${name}\`: ${endpoint.summary}${endpoint.summary.endsWith('?') ? '' : '.'} Needs ${needed}.`,
    '',
    ...(rows.length === 0 ? [] : ['| Parameter | In | | Is |', '|---|---|---|---|', ...rows, '']),
    ...(body === undefined
      ? []
      : [
          `Body: ${wordsOf(body)}${endpoint.bodyOptional ? '; may be left out' : ''}${
            media.length > 1
              ? `. One file may also come as it stands, as ${media
                  .slice(1)
                  .map((one) => `\`${one}\``)
                  .join(', ')}`
              : ''
          }.`,
          '',
        ]),
    answerWords(endpoint, operation),
    '',
    ...(endpoint.errors.length === 0 ? [] : [`Codes of its own: ${endpoint.errors.map((code) => `\`${code}\``).join(' ')}.`, '']),
  ].join('\n')
}

/**
 * What is answered to a success.
 * @param {import('../src/api/endpoint.ts').Endpoint} endpoint
 * @param {Schema} operation
 */
function answerWords({ textAnswer, status: declared }, operation) {
  /** @type {number} */
  const status = declared ?? 200
  if (textAnswer !== undefined) return `Answer: a text, as ${textAnswer.map((one) => `\`${one}\``).join(' or ')}.`
  const schemaOf = (/** @type {number} */ code) => operation.responses[code]?.content?.['application/json'].schema
  const told = schemaOf(200)
  if (status === 200) return `Answer: ${wordsOf(told)}.`
  const done = schemaOf(status)
  return `Answer: ${done === undefined ? 'nothing' : wordsOf(done)} (${status})${told === undefined ? '' : `; to a preview ${wordsOf(told)}`}.`
}

/**
 * @param {{ readonly [title: string]: Schema }} schemas
 * @param {ReadonlySet<string>} elsewhere titles that have a page of their own
 */
function shapeParts(schemas, elsewhere) {
  return Object.entries(schemas)
    .filter(([title]) => !elsewhere.has(title))
    .map(([title, schema]) => {
      const inside =
        schema.properties !== undefined
          ? fieldTable(schema.properties, schema.required)
          : schema.oneOf !== undefined
            ? ['One of:', '', ...schema.oneOf.map((/** @type {Schema} */ one) => `- ${wordsOf(one)}`)]
            : [`${wordsOf({ ...schema, description: undefined })}.`]
      return [`### ${title}`, '', ...(schema.description === undefined ? [] : [schema.description, '']), ...inside, ''].join('\n')
    })
}

/** How a command ends, by the names in `cli/exit.ts`. */
const exitWords = {
  done: 'done, or yes',
  no: 'a check says no, or what was wanted is refused',
  wrongUse: 'the command was not written as it must be',
  storeUnusable: 'the database cannot be used, or nobody knows whether the write arrived',
  unreachable: 'the server or the database cannot be reached',
  unanswered: 'a question could not be answered: never to be taken for a no',
  defect: 'a defect of Curia',
  configuration: 'a setting cannot be used',
}

/**
 * The settings, read from their declaration: the comment of each field, and the variable that names it. A setting that has settings of its
 * own is followed by them.
 * @param {string} text
 * @param {string} declared the interface
 * @param {string} inside what stands in front of the names
 * @returns {readonly string[]}
 */
function settingRows(text, declared = 'Configuration', inside = '') {
  const body = new RegExp(`^export interface ${declared} \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(text)?.[1] ?? ''
  const variables = new Map([...text.matchAll(/^ {2}(CURIA_\w+): '(\w+)',$/gm)].map(([, variable = '', key = '']) => [key, variable]))
  const fields = [...body.matchAll(/\/\*\* (.+?) \*\/\n {2}readonly (\w+)\??: (\w+)/g)]
  if (fields.length === 0) throw new Error(`the settings of ${declared} were not found`)
  return fields.flatMap(([, comment = '', name = '', type = '']) => {
    const variable = inside === '' ? variables.get(name) : undefined
    const row = `| \`${inside}${name}\` | ${variable === undefined ? '' : `\`${variable}\``} | ${cell(escaped(comment))} |`
    return type.endsWith('Configuration') ? [row, ...settingRows(text, type, `${inside}${name}.`)] : [row]
  })
}

/** @param {Material} material */
function commandLinePage({ exits, help, source }) {
  const [overview = ''] = help([[]])
  const commands = [...(overview.split(/^Commands:$/m)[1] ?? '').matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name)
  const wanted = commands.filter((name) => name !== 'help')
  if (wanted.length === 0) throw new Error('the command line names no commands')
  const told = help(wanted.map((name) => [name]))
  return [
    '# Command line',
    '',
    'What the program says of itself. In a clone of the repository it is called `npx curia`, after `npm run build` or a first `npm start`.',
    '',
    fenced(overview),
    '',
    '## How a command ends',
    '',
    'Answers go to standard output, everything else to standard error. An error is one line, `curia: <sentence> (<code>)`.',
    '',
    '| Status | Means |',
    '|---|---|',
    ...Object.entries(exits.exit).map(([name, status]) => `| ${status} | ${exitWords[/** @type {keyof typeof exitWords} */ (name)]} |`),
    '',
    '## Settings',
    '',
    'In the configuration file (`--config`, or `curia.config.json`, `.yaml` or `.yml` in the working folder), and in the environment, which wins. A file that holds a',
    'secret must not be readable by others. What stands behind a dot is a setting inside another: `signIn: { signUp: true }`.',
    '',
    '| Setting | Variable | Is |',
    '|---|---|---|',
    ...settingRows(source('src/config.ts')),
    '',
    'Commands that talk to a server also read `CURIA_URL`, `CURIA_KEY` and `CURIA_TENANT`.',
    '',
    ...wanted.flatMap((name, index) => [`## curia ${name}`, '', fenced(told[index] ?? ''), '']),
  ].join('\n')
}

/** @param {string} text */
function fenced(text) {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\``
}

/** @param {string} text words in which `<id>` is no HTML; between backquotes it is none anyway */
function escaped(text) {
  return text.replaceAll(/`[^`]*`|[<>]/g, (found) => (found.startsWith('`') ? found : `\\${found}`))
}

/** @param {string} text */
function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

/** Runs the program once for each list of words, in one process: it runs whenever its file is loaded, and each address is another file. */
const runEach = `
  const { url, mark, commands } = JSON.parse(process.env.CURIA_HELP)
  process.stdout.setMaxListeners(0)
  for (const [index, words] of commands.entries()) {
    process.argv = [process.execPath, url, ...words, '--help']
    await import(url + '?' + index)
    process.stdout.write(mark)
  }
`

/**
 * What the program of this build says to `--help` behind each of the commands.
 * @param {readonly (readonly string[])[]} commands
 * @returns {readonly string[]}
 */
export function helpOfCommands(commands) {
  const mark = '\n\u0000\n'
  const url = pathToFileURL(join(root, 'dist', 'cli', 'main.js')).href
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', runEach], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', CURIA_HELP: JSON.stringify({ url, mark, commands }) },
  })
  if (run.status !== 0) throw new Error(`curia --help ended with ${run.status}: ${run.stderr}`)
  return run.stdout.split(mark).slice(0, -1)
}

/** @param {string} path a path inside the repository */
export function sourceText(path) {
  return readFileSync(join(root, path), 'utf8')
}

/** Every file of ours that is compiled, by its path inside the repository. */
export function sourcePaths() {
  const paths = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  return paths.filter((path) => /\.tsx?$/.test(path)).map((path) => `src/${path.replaceAll('\\', '/')}`)
}

/** @param {string} path inside dist */
function builtModule(path) {
  return import(pathToFileURL(join(root, 'dist', path)).href)
}

async function run() {
  if (!(await build())) return false
  const pages = referencePages({
    core: await builtModule('core/index.js'),
    endpoints: await builtModule('api/endpoints.js'),
    endpoint: await builtModule('api/endpoint.js'),
    openapi: await builtModule('api/openapi.js'),
    problems: await builtModule('server/problems.js'),
    exits: await builtModule('cli/exit.js'),
    source: sourceText,
    sources: sourcePaths,
    help: helpOfCommands,
  })
  for (const [path, text] of Object.entries(pages)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return true
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !(await run())) process.exitCode = 1
