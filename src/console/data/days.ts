/** Days as a date field holds them, and the moments they stand for: the beginning of the day where one is. */

/** `2027-01-31` of a moment. */
export function dayOfMoment(instant: string | undefined): string {
  if (instant === undefined) return ''
  const moment = new Date(instant)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
}

/** The moment at which the day begins; undefined for an empty field or what is no day. */
export function momentOfDay(day: string): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  if (match === null) return undefined
  const moment = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]))
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString()
}
