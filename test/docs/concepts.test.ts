import { afterEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createAccess } from '../../src/assemble.ts'
import { CuriaError } from '../../src/core/index.ts'
import { readFormat } from '../../src/formats/index.ts'
import type { Access } from '../../src/service/access.ts'
import type { Block, Table } from './page.ts'
import { partsOf, readPage } from './page.ts'

/** The time that the page says it is. */
const clock = '2026-03-15T12:00:00.000Z'
const page = readPage('docs/concepts.md')

/** A world of the page, and what is done with it and asked of it, in the order of the page. */
interface Story {
  readonly world: Block
  readonly steps: (Block | Table)[]
}

function storiesOf(text: string): readonly Story[] {
  const stories: Story[] = []
  for (const part of partsOf(text)) {
    if (part.kind === 'block' && part.text.startsWith('curia:')) stories.push({ world: part, steps: [] })
    else if (part.kind === 'block' || part.header[0] === 'Question') stories.at(-1)?.steps.push(part)
  }
  return stories
}

const unquoted = (cell: string): string => cell.replaceAll('`', '')

/** What is asked, in the words of the page, and its answer in a line. */
const questions: readonly (readonly [form: RegExp, ask: (access: Access, parts: readonly string[]) => readonly string[]])[] = [
  [/^who may (\S+)(?: (\S+))?$/, (access, [action = '', resource = 'tenant']) => access.listSubjects({ action, resource }).items],
  [/^what may (\S+) do on (\S+)$/, (access, [subject = '', resource = '']) => access.listActions({ subject, resource }).items],
  [
    /^which (\S+) may (\S+) (\S+)$/,
    (access, [type = '', subject = '', action = '']) => access.listResources({ subject, action, type }).items,
  ],
  [/^which groups is (\S+) in$/, (access, [member = '']) => access.groupsOf({ member }).items.map(({ group }) => group)],
  [/^who is in (\S+)$/, (access, [group = '']) => access.membersOf({ group, mode: 'effective' }).items.map(({ member }) => member)],
  [/^which permissions has (\S+)$/, (access, [subject = '']) => access.listPermissions({ subject }).items],
]

/** A check: `user:ada view folder:plans`, with `at <time>` and `with <context>` behind it. */
const check = /^(\S+) (\S+)(?: (?!at |with )(\S+))?(?: at (\S+))?(?: with (\{.*\}))?$/

function answer(access: Access, question: string): { readonly answer: string; readonly sentences: readonly string[] } {
  for (const [form, ask] of questions) {
    const match = form.exec(question)
    if (match !== null) return { answer: ask(access, match.slice(1)).join(', ') || 'nobody', sentences: [] }
  }
  const [, subject, action, resource, at, context] = check.exec(question) ?? []
  if (subject === undefined || action === undefined) throw new Error(`this is no question: ${question}`)
  const explanation = access.explain({
    subject,
    action,
    ...(resource === undefined ? {} : { resource }),
    ...(at === undefined ? {} : { at }),
    ...(context === undefined ? {} : { context: JSON.parse(context) }),
  })
  return { answer: explanation.allowed ? 'yes' : 'no', sentences: explanation.sentences }
}

describe('the concepts page', () => {
  const opened: Access[] = []
  afterEach(() => Promise.all(opened.splice(0).map((access) => access.close())))

  const stories = storiesOf(page)

  it('has a world for most of its words', () => {
    expect(stories.length).toBeGreaterThan(9)
  })

  it.each(stories.map((story) => [story.world.line, story] as const))('tells the truth about the world at line %i', async (_, story) => {
    const access = await createAccess({ store: 'memory:', clock: () => clock })
    opened.push(access)
    await access.importWorld(await readFormat('world', { text: story.world.text }))
    for (const step of story.steps) {
      if (step.kind === 'block') await write(access, step)
      else askAll(access, step)
    }
    expect(story.steps.length).toBeGreaterThan(0)
  })
})

/** A block of changes; `refused <code>` behind its fence says that it must fail. */
async function write(access: Access, { text, words }: Block): Promise<void> {
  const written = access.write(parse(text))
  if (words[0] !== 'refused') {
    expect((await written).unchanged).toBe(false)
    return
  }
  const error = await written.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error instanceof CuriaError ? error.code : error).toBe(words[1])
}

function askAll(access: Access, table: Table): void {
  for (const [question = '', expected = '', told = ''] of table.rows.map((row) => row.map(unquoted))) {
    const { answer: found, sentences } = answer(access, question)
    expect(`${question}: ${found}`).toBe(`${question}: ${expected}`)
    if (told !== '') expect(sentences).toContain(told)
  }
}
