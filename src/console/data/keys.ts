/** Keys of the keyboard and what they do: pages and parts lay theirs over those of the shell, and `?` lists them all. */

import { useEffect, useRef, useSyncExternalStore } from 'react'

/** What a key does. */
export interface KeyAct {
  /** `j`, `Shift+X`, `g p` (one after the other), `Ctrl+Enter` (Cmd on a Mac), `Escape`. */
  readonly keys: string
  /** What is said of it in the list of keys. */
  readonly does: string
  /** Also works while one types into a field. Always so with Ctrl and for Escape. */
  readonly inFields?: boolean
  /** Gives back false when it has nothing to do here: the next one with this key is asked. */
  readonly run: () => unknown
}

const layers: { readonly acts: { current: readonly KeyAct[] } }[] = []
const listeners = new Set<() => void>()
const letters = 'curia-letters'
let before = ''
let beforeAt = 0
let shown: readonly KeyAct[] = []

/** Whether single letters are keys too. Whoever dictates turns them off. */
export function lettersAreKeys(): boolean {
  return localStorage.getItem(letters) !== 'off'
}

/** Turns single letters on or off, for this browser. */
export function chooseLetters(on: boolean): void {
  if (on) localStorage.removeItem(letters)
  else localStorage.setItem(letters, 'off')
  for (const listener of listeners) listener()
}

/** Lays keys over those that are there, for as long as the part is shown. */
export function useKeys(acts: readonly KeyAct[]): void {
  const current = useRef(acts)
  current.current = acts
  const said = acts.map(({ keys, does }) => `${keys} ${does}`).join('\n')
  useEffect(() => {
    const layer = { acts: current }
    layers.push(layer)
    tell()
    return () => {
      layers.splice(layers.indexOf(layer), 1)
      tell()
    }
    // Drawn anew when what is said changes.
  }, [said])
}

function tell(): void {
  const known = new Set<string>()
  shown = layers
    .toReversed()
    .flatMap(({ acts }) => acts.current)
    .filter(({ keys }) => !known.has(keys) && known.add(keys))
  for (const listener of listeners) listener()
}

/** Every key that does something now. */
export function useKeyList(): readonly KeyAct[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => shown,
  )
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) || isTextInput(target))
}

function isTextInput(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && !/^(checkbox|radio|button|submit|reset|range|file)$/.test(target.type)
}

/** How a key press is written above. */
function written(event: KeyboardEvent): string {
  const control = event.ctrlKey || event.metaKey ? 'Ctrl+' : ''
  const name = event.key === ' ' ? 'Space' : event.key
  if (name.length > 1) return `${control}${event.shiftKey ? 'Shift+' : ''}${name}`
  if (control !== '') return control + name.toUpperCase()
  return /[a-z]/i.test(name) && event.shiftKey ? `Shift+${name.toUpperCase()}` : name
}

/** Listens to the keyboard. Returns what stops it. */
export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return
    const pressed = written(event)
    const inField = isField(event.target)
    const isLetter = pressed.length === 1 || /^Shift\+.$/.test(pressed)
    // What a button or a link does by itself at Enter and Space stays its own.
    if ((pressed === 'Enter' || pressed === 'Space') && event.target instanceof HTMLElement && event.target.closest('button, a, summary'))
      return
    const chord = performance.now() - beforeAt < 1200 && before !== '' ? `${before} ${pressed}` : undefined
    before = !inField && isLetter ? pressed : ''
    beforeAt = performance.now()
    const acts = layers.toReversed().flatMap(({ acts }) => acts.current)
    for (const wanted of chord === undefined ? [pressed] : [chord, pressed]) {
      for (const act of acts) {
        if (act.keys !== wanted) continue
        const always = act.inFields === true || wanted.startsWith('Ctrl+') || wanted === 'Escape'
        if (inField && !always) continue
        if (isLetter && !always && !lettersAreKeys()) continue
        if (act.run() === false) continue
        event.preventDefault()
        before = ''
        return
      }
    }
  }
  addEventListener('keydown', onKey)
  return () => removeEventListener('keydown', onKey)
}
