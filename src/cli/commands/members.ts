/** `curia members`: who is in a group; and who comes in or goes. */

import { Command, Option } from 'commander'
import type { AnswerOf } from '../../api/client.ts'
import type { Change, Instant, MemberMode } from '../../core/index.ts'
import { Refusal, readMember } from '../../core/index.ts'
import type { ChangeOptions } from '../change.ts'
import { change, changing } from '../change.ts'
import type { MomentOptions, Run } from '../command.ts'
import { atMoment, instantOption, momentOf, wholeOption, wordsOption } from '../command.ts'
import { connected } from '../connection.ts'
import { answering, exit, WrongUse } from '../exit.ts'
import type { ListingOptions } from '../listing.ts'
import { sayList } from '../listing.ts'

interface MembersOptions extends ChangeOptions, MomentOptions, Omit<ListingOptions, 'json'> {
  readonly mode: MemberMode
  /** Also those whose membership is not in force, marked. */
  readonly notInForce?: boolean
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
  readonly role?: readonly string[]
  readonly from?: Instant
  readonly until?: Instant
  readonly ifExists?: 'keep' | 'replace'
}

type Member = AnswerOf<'searchMembers'>['items'][number]

/** `curia members GROUP`, with `--add` and `--remove` to change them. */
export function membersCommand(run: Run): Command {
  const command = new Command('members')
    .description('who is in the group; with --add and --remove, who comes and goes')
    .argument('<group>', 'the id of a group')
    .addOption(
      new Option('--mode <mode>', 'direct: own memberships; effective: through nested groups too; descendants: of all groups below')
        .choices(['direct', 'effective', 'descendants'])
        .default('direct'),
    )
    .option('--not-in-force', 'also those whose membership is not in force, marked')
    .option('--limit <count>', 'one page of so many', wholeOption)
    .option('--cursor <cursor>', 'where that page begins')
    .option('--add <members>', 'user:<id>, service:<id> or group:<id>; several with commas', wordsOption)
    .option('--remove <members>', 'lets go of our own hold on them; other origins keep theirs', wordsOption)
    .option('--role <roles>', 'standing of those who are added: role codenames', wordsOption)
    .option('--from <time>', 'those who are added are in from then on', instantOption)
    .option('--until <time>', 'those who are added are in until then', instantOption)
    .addOption(new Option('--if-exists <what>', 'when one who is added is in already').choices(['keep', 'replace']))
  return changing(atMoment(command)).action(
    run(async (terminal, given: string, options: MembersOptions) => {
      const group = given.replace(/^group:/, '')
      const changes = changesOf(group, options)
      if (changes.length > 0) return connected(options, ({ client }) => change(terminal, client, changes, options))
      for (const name of ['role', 'from', 'until', 'ifExists', 'preview', 'reason'] as const) {
        if (options[name] !== undefined) throw new WrongUse(`--${name === 'ifExists' ? 'if-exists' : name} goes with --add or --remove`)
      }
      const question = { group, mode: options.mode, ...momentOf(options), ...(options.notInForce === true ? { all: true } : {}) }
      await connected(options, ({ client }) =>
        answering(() =>
          sayList(
            terminal,
            options,
            ['member', 'members'],
            (page) => client.searchMembers({ ...question, ...page }),
            (item: Member, { names }) => [item.member, names[item.member], ...wordsOf(item, group)],
          ),
        ),
      )
      return exit.done
    }),
  )
}

function changesOf(group: string, options: MembersOptions): readonly Change[] {
  const { add = [], remove = [], role, from, until, ifExists, reason } = options
  return [
    ...add.map(
      (text): Change => ({
        kind: 'member.add',
        group,
        member: memberOf(text),
        ...(role === undefined ? {} : { roles: role }),
        ...(from === undefined ? {} : { from }),
        ...(until === undefined ? {} : { until }),
        ...(ifExists === undefined ? {} : { ifExists }),
        ...(reason === undefined ? {} : { reason }),
      }),
    ),
    ...remove.map((text): Change => ({ kind: 'member.remove', group, member: memberOf(text) })),
  ]
}

function memberOf(text: string) {
  try {
    return readMember(text, 'member')
  } catch (refusal) {
    throw refusal instanceof Refusal ? new WrongUse(refusal.message) : refusal
  }
}

function wordsOf({ inForce, via, holds }: Member, group: string): readonly (string | undefined)[] {
  const roles = [...new Set(holds.flatMap((hold) => hold.roles))].sort().join(', ')
  const windows = holds.map(({ from, until }) => [from && `from ${from}`, until && `until ${until}`].filter(Boolean).join(' '))
  const origins = holds.map((hold) => hold.origin).filter((origin) => origin !== 'local')
  const through = via.filter((each) => each !== group && each !== `group:${group}`)
  const rest = [
    ...windows.filter((window) => window !== ''),
    ...origins.map((origin) => `held by ${origin}`),
    ...(through.length === 0 ? [] : [`through ${through.join(', ')}`]),
    ...(inForce ? [] : ['not in force']),
  ]
  return [roles, rest.join('; ')]
}
