/** Texts in the languages of the console: a page declares its own, in all languages at once, and reads them by key. */

import i18next from 'i18next'
import type { ReactElement, ReactNode } from 'react'
import { Fragment, useSyncExternalStore } from 'react'

/** The languages, each in its own words. */
export const languages = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof languages

/** Texts by key. A key that ends in `_one` or `_other` is one form of a text with a count. */
type Texts = { readonly [key: string]: string }
type Stem<Key> = Key extends `${infer Start}_one` ? Start : Key extends `${infer Start}_other` ? Start : Key

/** The declared texts of one place. */
export interface Words<Key extends string> {
  readonly namespace: string
  readonly texts: { readonly [L in Language]: { readonly [K in Key]: string } }
}

/** What fills the gaps of a text: `{{count}}`, `{{who}}`. */
export type Values = { readonly [name: string]: string | number }

const preferred = 'curia-language'

/** The language that was chosen before; else the first that the browser asks for and we have. */
export function initialLanguage(): Language {
  const wanted = [localStorage.getItem(preferred), ...navigator.languages].map((each) => each?.slice(0, 2))
  return wanted.find(isLanguage) ?? 'en'
}

function isLanguage(text: string | undefined): text is Language {
  return text !== undefined && Object.hasOwn(languages, text)
}

/** What was declared before the language was chosen. */
const waiting: Words<string>[] = []

/** Chooses the language and makes the texts readable. Once, before anything is drawn. */
export function startWords(): void {
  const chosen = initialLanguage()
  void i18next.init({
    lng: chosen,
    fallbackLng: 'en',
    // React escapes what it draws.
    interpolation: { escapeValue: false },
    initAsync: false,
    // Keys are plain words; the kinds of change among them hold dots.
    keySeparator: false,
    nsSeparator: false,
    resources: {},
  })
  document.documentElement.lang = chosen
  for (const words of waiting.splice(0)) add(words)
}

function add({ namespace, texts }: Words<string>): void {
  for (const language of Object.keys(languages) as Language[]) i18next.addResourceBundle(language, namespace, counted(texts[language]))
}

/** A count is written as the language writes numbers. */
function counted(texts: Texts): Texts {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text.replaceAll('{{count}}', '{{count, number}}')]))
}

/** So is every other number that fills a gap. */
function shown(values: Values): { readonly [name: string]: string | number } {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, name !== 'count' && typeof value === 'number' ? number(value) : value]),
  )
}

/** Declares the texts of one place, in all languages: the compiler asks for every key in every language. */
export function declareWords<const En extends Texts>(
  namespace: string,
  texts: { readonly en: En } & { readonly [L in Exclude<Language, 'en'>]: { readonly [K in keyof En]: string } },
): Words<keyof En & string> {
  const words: Words<keyof En & string> = { namespace, texts }
  // A page that is loaded later brings its words with it.
  if (i18next.isInitialized) add(words)
  else waiting.push(words)
  return words
}

/** Reads a text by its key. */
export type Say<Key extends string> = (key: Stem<Key>, values?: Values) => string

/** Whoever draws words draws them anew when another language is chosen. */
const readers = new Set<() => void>()
function subscribe(reader: () => void): () => void {
  readers.add(reader)
  return () => readers.delete(reader)
}

/** What reads the texts of a place, by language: always the same function, so that what depends on it is not drawn anew. */
const sayings = new WeakMap<object, Map<Language, Say<string>>>()

/** The texts of one place, in the language that is chosen. */
export function useWords<Key extends string>(words: Words<Key>): Say<Key> {
  return sayIn(words, useSyncExternalStore(subscribe, language))
}

function sayIn<Key extends string>(words: Words<Key>, chosen: Language): Say<Key> {
  const known = sayings.get(words) ?? new Map<Language, Say<string>>()
  sayings.set(words, known)
  let say = known.get(chosen)
  if (say === undefined) {
    const text = i18next.getFixedT(chosen, words.namespace)
    const plain = new Map<string, string>()
    say = (key, values) => {
      if (values !== undefined) return text(key, shown(values))
      const read = plain.get(key) ?? text(key)
      plain.set(key, read)
      return read
    }
    known.set(chosen, say)
  }
  // The keys were declared together with the namespace.
  return say as Say<Key>
}

/** A text with parts that are drawn, `<who/> may <what/>`: each is given by its name. */
export function Told<Key extends string>(given: {
  readonly words: Words<Key>
  readonly say: Stem<Key>
  readonly parts: { readonly [name: string]: ReactElement }
  readonly values?: Values
}): ReactNode {
  const say = useWords(given.words)
  // Of `before<who/>after` the names stand at the odd places.
  const pieces = say(given.say, given.values).split(/<(\w+)\/>/)
  return pieces.map((piece, place) => {
    const part = place % 2 === 1 ? given.parts[piece] : undefined
    return <Fragment key={place}>{part ?? piece}</Fragment>
  })
}

/** The language in use. */
export function language(): Language {
  const { language: chosen } = i18next
  return isLanguage(chosen) ? chosen : 'en'
}

/** Chooses the language, for this browser. */
export function chooseLanguage(chosen: Language): void {
  localStorage.setItem(preferred, chosen)
  document.documentElement.lang = chosen
  void i18next.changeLanguage(chosen).then(() => {
    for (const reader of readers) reader()
  })
}

/** The language as numbers and dates are written in it: English ones in the order of the day, 2 Mar. */
export function locale(): string {
  const chosen = language()
  return chosen === 'en' ? 'en-GB' : chosen
}

const numbers = new Map<string, Intl.NumberFormat>()

/** A whole number as it is written in the language: 48,211. */
export function number(value: number): string {
  const place = locale()
  const known = numbers.get(place) ?? new Intl.NumberFormat(place)
  numbers.set(place, known)
  return known.format(value)
}
