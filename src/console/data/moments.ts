/** Moments in words: a day, a time of day, how long ago. */

import { locale } from '../words/words.tsx'

const dayMilliseconds = 86_400_000

/** A day as it is said: 2 Mar, with the year when it is another one. A moment within the day has its time of day beside it. */
export function day(instant: string, now = new Date()): string {
  const moment = new Date(instant)
  const sameYear = moment.getFullYear() === now.getFullYear()
  return moment.toLocaleDateString(locale(), { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) })
}

/** A day as a heading: Wednesday, 25 November, with the year when it is another one. */
export function weekday(instant: string, now = new Date()): string {
  const moment = new Date(instant)
  const year = moment.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const)
  return moment.toLocaleDateString(locale(), { weekday: 'long', day: 'numeric', month: 'long', ...year })
}

/** Everything that is known of a moment, for a title: 22 Nov 2026, 09:41:07. */
export function moment(instant: string): string {
  return new Date(instant).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'medium' })
}

/** How far a moment lies from now: 2 minutes ago, in 8 days. Older than a week it is the day. */
export function distance(instant: string, now = Date.now()): string {
  const milliseconds = Date.parse(instant) - now
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  const size = Math.abs(milliseconds)
  if (size < 60_000) return format.format(0, 'second')
  if (size < 3_600_000) return format.format(Math.trunc(milliseconds / 60_000), 'minute')
  if (size < dayMilliseconds) return format.format(Math.trunc(milliseconds / 3_600_000), 'hour')
  if (size < 7 * dayMilliseconds || milliseconds > 0) return format.format(Math.trunc(milliseconds / dayMilliseconds), 'day')
  return day(instant)
}

/** How many whole days until the moment; negative when it is over. */
export function daysUntil(instant: string, now = Date.now()): number {
  return Math.ceil((Date.parse(instant) - now) / dayMilliseconds)
}
