/** Tells who gains and who loses by a change. */

import type { ChangeEffect, EffectCount, EffectItem } from '../core/index.ts'
import type { Terminal } from './terminal.ts'
import { Columns, counted } from './terminal.ts'

/** At most so many lines are said of each, unless all are wanted. */
const linesSaid = 25

/**
 * Says the counts, which are exact, and the items. When some are left out it counts by type and permission, says that what follows is a
 * sample where it is one, how many are left out and how to see them.
 */
export function tellEffect(
  terminal: Terminal,
  effect: ChangeEffect,
  names: { readonly [reference: string]: string },
  { all = false }: { readonly all?: boolean } = {},
): void {
  if (effect.uncounted !== undefined) {
    terminal.say(
      `the change touches conditions or checks of ${counted(effect.uncounted, 'right')} of people on resources, too many to ask one by one: its effect is not worked out`,
    )
    return
  }
  if (effect.gained === 0 && effect.lost === 0) {
    terminal.say('nobody gains or loses anything')
    return
  }
  const columns = new Columns(terminal)
  const tell = (verb: string, sign: string, count: number, subjects: number, items: readonly EffectItem[]): void => {
    if (count === 0) return
    terminal.say(`${counted(subjects, 'subject')} ${subjects === 1 ? `${verb}s` : verb} ${counted(count, 'permission')}:`)
    const said = all ? items : items.slice(0, linesSaid)
    const told = said.reduce((sum, item) => sum + item.permissions.length, 0)
    if (told < count) tellCounts(columns, sign, effect.counts, verb === 'gain' ? 'gained' : 'lost')
    if (effect.sampled) terminal.say('  a sample:')
    columns.say(
      said.map(({ subject, resource, permissions }) => [`  ${sign} ${subject}`, names[subject], resource, permissions.join(', ')]),
    )
    if (told < count)
      terminal.say(`  ... and ${counted(count - told, 'permission')} more${all ? ' that are not listed' : '; --all lists them'}`)
  }
  tell('gain', '+', effect.gained, effect.gainers, effect.gains)
  tell('lose', '-', effect.lost, effect.losers, effect.losses)
}

/** On how many (subject, resource) each permission comes or goes, by the type of the resource. */
function tellCounts(columns: Columns, sign: string, counts: readonly EffectCount[], direction: 'gained' | 'lost'): void {
  const said = counts.filter((each) => each[direction] > 0)
  columns.say(
    said.map(({ permission, resourceType, ...each }) => [
      `  ${sign} ${each[direction].toLocaleString('en')}`,
      permission,
      `on ${resourceType}`,
    ]),
  )
}
