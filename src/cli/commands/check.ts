/** `curia check` and `curia explain`: one question, answered by the exit status or told with its reasons. */

import { Command } from 'commander'
import type { JsonObject, Reason } from '../../core/index.ts'
import type { CommonOptions, MomentOptions, Run } from '../command.ts'
import { atMoment, connecting, jsonOption, momentOf, sayJson } from '../command.ts'
import { connected } from '../connection.ts'
import { answering, exit } from '../exit.ts'

interface CheckOptions extends CommonOptions, MomentOptions {
  readonly context?: JsonObject
}

const words: { readonly [R in Reason]: string } = {
  granted: 'yes',
  denied: 'no: a denial wins over every grant',
  no_grant: 'no: nothing gives it',
  subject_inactive: 'no: the subject is not active',
}

function asking(command: Command): Command {
  const described = command
    .argument('<subject>', 'user:<id>, service:<id>, group:<id> or user:anonymous')
    .argument('<action>', "an action of the resource's type, or a permission")
    .argument('[resource]', '<type>:<id>; without one the tenant')
  return connecting(atMoment(described)).option('--context <json>', 'what is known of the moment, for conditions', jsonOption)
}

function questionOf(subject: string, action: string, resource: string | undefined, options: CheckOptions) {
  const { context } = options
  return {
    subject,
    action,
    ...(resource === undefined ? {} : { resource }),
    ...momentOf(options),
    ...(context === undefined ? {} : { context }),
  }
}

/** `curia check SUBJECT ACTION [RESOURCE]`: ends with 0 for yes, 1 for no, 5 when there is no answer. */
export function checkCommand(run: Run): Command {
  return asking(new Command('check').description('may the subject do this? Ends with 0 for yes and 1 for no')).action(
    run(async (terminal, subject: string, action: string, resource: string | undefined, options: CheckOptions) => {
      const decision = await connected(options, ({ client }) =>
        answering(() => client.check(questionOf(subject, action, resource, options))),
      )
      if (options.json === true) sayJson(terminal, decision)
      else terminal.say(words[decision.reason])
      return decision.allowed ? exit.done : exit.no
    }),
  )
}

/** `curia explain SUBJECT ACTION [RESOURCE]`: the answer with every reason. Ends with 0 whatever the answer is. */
export function explainCommand(run: Run): Command {
  return asking(new Command('explain').description('the answer with its reasons: what gives it, or what is lacking')).action(
    run(async (terminal, subject: string, action: string, resource: string | undefined, options: CheckOptions) => {
      const explanation = await connected(options, ({ client }) =>
        answering(() => client.explain(questionOf(subject, action, resource, options))),
      )
      if (options.json === true) {
        sayJson(terminal, explanation)
        return exit.done
      }
      const [answer = '', ...reasons] = explanation.sentences
      terminal.say(`${explanation.allowed ? 'yes' : 'no'}: ${answer}`)
      for (const sentence of reasons) terminal.say(`  ${sentence}`)
      terminal.note(`at revision ${explanation.revision}, ${explanation.at}`)
      return exit.done
    }),
  )
}
