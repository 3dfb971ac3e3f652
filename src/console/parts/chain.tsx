/** Why, as a chain of chips: each step stands with the chip it leads to, and breaks with it. */

import { useState } from 'react'
import type { Fact, Finding, Lack, NearMiss } from '../../core/index.ts'
import { day } from '../data/moments.ts'
import { chainWords } from '../words/chain.ts'
import type { Say } from '../words/words.tsx'
import { useWords } from '../words/words.tsx'
import { Drawn } from './drawings.tsx'
import type { Names } from './names.tsx'
import { Chip } from './names.tsx'

type Words = Say<keyof typeof chainWords.texts.en & string>

/** One step: its words, and the record it leads to. */
export interface Step {
  readonly words: string
  readonly to?: string
  /** The step is missing: the chain breaks here. */
  readonly broken?: boolean
}

/** A chain longer than this is folded in the middle. */
const longest = 8

/** A way to a yes, a denial, or a near miss, from the asker to the permission. */
export function Chain({ subject, part, names }: { readonly subject?: string; readonly part: Finding | NearMiss; readonly names: Names }) {
  const say = useWords(chainWords)
  const [unfolded, setUnfolded] = useState(false)
  const steps = stepsOf(say, part)
  const hidden = unfolded || steps.length < longest ? 0 : steps.length - longest + 2
  const shown = hidden === 0 ? steps : [...steps.slice(0, 4), ...steps.slice(4 + hidden)]
  return (
    <ol className="chain">
      {subject !== undefined && (
        <li>
          <Chip reference={subject} names={names} />
        </li>
      )}
      {shown.map((step, index) => (
        // A way may lead through one record twice; a step is its place in the way.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={index}>
          {hidden > 0 && index === 4 && (
            <span className="step">
              <button type="button" className="btn quiet tiny" onClick={() => setUnfolded(true)}>
                {say('andUnfold', { count: hidden })}
              </button>
            </span>
          )}
          <StepOf step={step} names={names} alone={subject === undefined && index === 0} />
        </li>
      ))}
    </ol>
  )
}

function StepOf({ step, names, alone }: { readonly step: Step; readonly names: Names; readonly alone: boolean }) {
  const chip = step.to !== undefined && <Chip reference={step.to} names={names} missing={step.broken === true} />
  if (alone && step.broken !== true && step.to !== undefined) return chip
  return (
    <>
      <span className={step.broken === true ? 'step broken' : 'step'}>
        {step.broken === true && <Drawn name="gap" />}
        {step.words}
        {step.broken !== true && step.to !== undefined && <Drawn name="arrow" />}
      </span>
      {chip}
    </>
  )
}

/** The steps of a way, for who draws or says them. */
export function stepsOf(say: Words, part: Finding | NearMiss): readonly Step[] {
  const lacks = 'lacks' in part ? part.lacks : []
  // A membership that is lacking stands where it would be: before the group that it leads to.
  const lackingGroups = new Set(lacks.flatMap((lack) => (lack.lack === 'membership' ? [lack.group] : [])))
  const facts = part.chain.filter((fact) => !((fact.fact === 'membership' || fact.fact === 'standing') && lackingGroups.has(fact.group)))
  const roles = facts.filter((fact) => fact.fact === 'role')
  const memberships = facts.filter((fact) => fact.fact === 'membership')
  const others = facts.filter((fact) => fact.fact !== 'membership' && fact.fact !== 'role')
  return [
    ...memberships.flatMap((fact, index) => stepsOfFact(say, fact, roles, index)),
    ...lacks.map((lack) => stepOfLack(say, lack)),
    ...others.flatMap((fact) => stepsOfFact(say, fact, roles, 0)),
  ]
}

function windowWords(_say: Words, words: string, { until }: { readonly until?: string }): string {
  return until === undefined ? words : `${words} (– ${day(until)})`
}

function stepsOfFact(say: Words, fact: Fact, roles: readonly Extract<Fact, { readonly fact: 'role' }>[], index: number): readonly Step[] {
  /** What the role includes on the way to the permission stands behind the role itself. */
  const included = (role: string | undefined): readonly Step[] =>
    roles
      .filter(({ path }) => path[0] === role)
      .flatMap(({ path }) => path.slice(1).map((each) => ({ words: say('includes'), to: `role:${each}` })))
  switch (fact.fact) {
    case 'membership':
      return [{ words: windowWords(say, index === 0 ? say('isIn') : say('inside'), fact), to: `group:${fact.group}` }]
    case 'standing':
      return [
        { words: say('standsAs'), to: `role:${fact.role}` },
        ...included(fact.role),
        { words: windowWords(say, say('in'), fact), to: `group:${fact.group}` },
      ]
    case 'relation':
      return [{ words: say(fact.relation), to: `group:${fact.group}` }]
    case 'grant': {
      const words = windowWords(say, say(fact.effect === 'deny' ? 'denied' : 'has'), fact)
      const what =
        fact.role === undefined
          ? (fact.permission === undefined ? (fact.actions ?? []) : [fact.permission]).map((name, place) => ({
              words: place === 0 ? words : ',',
              to: `permission:${name}`,
            }))
          : [{ words, to: `role:${fact.role}` }]
      const steps = [...what, ...included(fact.role), { words: say('on'), to: fact.resource }]
      const isOfMany = /^(everyone|authenticated)$|[#^]/.test(fact.subject)
      return isOfMany ? [{ words: say('countsAs'), to: fact.subject }, ...steps] : steps
    }
    case 'assignment': {
      const { relation } = fact
      if (relation === 'owner') return [{ words: say('ownsByAssignment'), to: fact.resource }]
      return [{ words: relation === 'group' ? say('assigned') : say('given', { relation: say(relation) }), to: fact.resource }]
    }
    case 'owner':
      return [{ words: say('owns'), to: fact.resource }]
    case 'self':
      return [{ words: say('self') }]
    case 'role':
      return []
    case 'inside':
      return fact.path
        .toReversed()
        .slice(1)
        .map((resource) => ({ words: say('holds'), to: resource }))
    case 'permission':
      return [
        {
          words:
            fact.condition === undefined && fact.check === undefined
              ? say('gives')
              : say('givesIf', { condition: fact.condition ?? fact.check ?? '' }),
          to: `permission:${fact.permission}`,
        },
      ]
  }
}

function stepOfLack(say: Words, lack: Lack): Step {
  const broken = true
  switch (lack.lack) {
    case 'membership': {
      const states = {
        absent: say('absent'),
        ended: say('ended', { day: lack.when === undefined ? '' : day(lack.when) }),
        not_begun: say('begins', { day: lack.when === undefined ? '' : day(lack.when) }),
        source_disabled: say('sourceDisabled'),
      }
      return { words: states[lack.state], to: `group:${lack.group}`, broken }
    }
    case 'active_group':
      return { words: say('notActive'), to: `group:${lack.group}`, broken }
    case 'standing':
      return { words: say('lacksStanding'), to: `role:${lack.role}`, broken }
    case 'window':
      return { words: say(lack.state === 'ended' ? 'grantEnded' : 'grantBegins', { day: day(lack.when) }), broken }
    case 'condition': {
      const failed = lack.result.outcome === 'failed'
      return { words: say(failed ? 'conditionFailed' : 'conditionFalse', { condition: lack.condition }), broken }
    }
    case 'check':
      return { words: say('checkFailed', { check: lack.check }), broken }
    case 'inherits':
      return { words: say('takesNothing'), to: lack.resource, broken }
  }
}
