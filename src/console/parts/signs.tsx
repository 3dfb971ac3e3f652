/** The shape of each kind and the mark of each state. Colour only repeats what shape and word already say. */

import type { Kind } from '../data/reference.ts'
import type { DrawingName } from './drawings.tsx'
import { Drawn } from './drawings.tsx'

/** An icon that repeats the word beside it. */
export function Icon({ name }: { readonly name: DrawingName }) {
  return <Drawn name={name} className="icon" />
}

/** The sign of a kind: circle person, square group, shield role, cut corner resource, key permission. */
export function Sign({ kind }: { readonly kind: Kind }) {
  return <Drawn name={kind} className="sign" />
}

const marks = {
  allow: 'm-allow',
  deny: 'm-deny',
  inherited: 'm-inherited',
  none: 'm-none',
  maybe: 'm-maybe',
  timed: 'clock',
  ended: 'm-ended',
  warn: 'm-warn',
  gain: 'm-gain',
  lose: 'm-lose',
} as const satisfies { readonly [state: string]: DrawingName }

/** What something is in: yes, via, if, no, denied, ended; gains and loses. */
export type MarkName = keyof typeof marks
const colours: { readonly [Name in MarkName]: string } = {
  allow: 'allow',
  deny: 'deny',
  inherited: 'inherited',
  none: 'none',
  maybe: 'maybe',
  timed: 'maybe',
  ended: 'ended',
  warn: 'warn',
  gain: 'allow',
  lose: 'deny',
}

/** The mark of a state. Give a label where no word stands beside it. */
export function Mark({ state, label }: { readonly state: MarkName; readonly label?: string }) {
  return <Drawn name={marks[state]} className={`mark mark-${colours[state]}`} {...(label === undefined ? {} : { label })} />
}
