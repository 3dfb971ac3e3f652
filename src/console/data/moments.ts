/** Moments in words: a day, a time of day, how long ago. */

import { locale } from '../words/words.tsx'

const dayMilliseconds = 86_400_000

/** Making one takes longer than writing a hundred moments by it. */
const formats = new Map<string, Intl.DateTimeFormat>()

function written(instant: string, name: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale()} ${name}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale(), options)
  formats.set(key, format)
  return format.format(new Date(instant))
}

/** A day as it is said: 2 Mar, with the year when it is another one. A moment within the day has its time of day beside it. */
export function day(instant: string, now = new Date()): string {
  return isOfYear(instant, now)
    ? written(instant, 'day', { day: 'numeric', month: 'short' })
    : written(instant, 'day and year', { day: 'numeric', month: 'short', year: 'numeric' })
}

/** A day as a heading: Wednesday, 25 November, with the year when it is another one. */
export function weekday(instant: string, now = new Date()): string {
  return isOfYear(instant, now)
    ? written(instant, 'weekday', { weekday: 'long', day: 'numeric', month: 'long' })
    : written(instant, 'weekday and year', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
}

function isOfYear(instant: string, now: Date): boolean {
  return new Date(instant).getFullYear() === now.getFullYear()
}

/** Everything that is known of a moment, for a title: 22 Nov 2026, 09:41:07. */
export function moment(instant: string): string {
  return written(instant, 'moment', { dateStyle: 'medium', timeStyle: 'medium' })
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
