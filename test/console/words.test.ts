import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** The declared texts of one place, as `declareWords` gives them. */
interface Words {
  readonly texts: { readonly [language in 'en' | 'de']: { readonly [key: string]: string } }
}

const folder = new URL('../../src/console/words/', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))

/** The gaps and drawn parts of a text. */
function holesOf(text: string): readonly string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}|<(\w+)\/>/g)].map((match) => match[1] ?? `<${match[2]}/>`).sort()
}

async function declared(file: string): Promise<readonly Words[]> {
  const module: Record<string, Words> = await import(new URL(file, folder).href)
  return Object.values(module)
}

describe('the words of the console', () => {
  it.each(files)('are whole in every language, with the same gaps: %s', async (file) => {
    for (const { texts } of await declared(file)) {
      expect(Object.keys(texts.de)).toEqual(Object.keys(texts.en))
      for (const [key, text] of Object.entries(texts.en)) {
        const german = texts.de[key] ?? ''
        expect([key, german.trim()]).not.toEqual([key, ''])
        expect([key, holesOf(german)]).toEqual([key, holesOf(text)])
      }
    }
  })

  it.each(files)('have both forms of whatever is counted: %s', async (file) => {
    for (const { texts } of await declared(file)) {
      const forms = Object.keys(texts.en).filter((key) => /_(one|other)$/.test(key))
      const stems = new Set(forms.map((key) => key.replace(/_(one|other)$/, '')))
      expect(forms.sort()).toEqual([...stems].flatMap((stem) => [`${stem}_one`, `${stem}_other`]).sort())
    }
  })
})
