/** The answer to "can they": yes or no, the chain and the sentence, and for a no what would make it a yes. */

import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { AnswerOf, PreviewOf } from '../../../api/client.ts'
import { noteAsked } from '../../data/asked.ts'
import { useDesk } from '../../data/draft.tsx'
import type { Fix } from '../../data/fixes.ts'
import { fixesFor } from '../../data/fixes.ts'
import { useKeys } from '../../data/keys.ts'
import { moment } from '../../data/moments.ts'
import { useAnswer } from '../../data/queries.ts'
import { call } from '../../data/server.ts'
import { Chain, stepsOf } from '../../parts/chain.tsx'
import { ChangeWords } from '../../parts/change-words.tsx'
import type { Names } from '../../parts/names.tsx'
import { Chip, PermissionChip, useNameOf } from '../../parts/names.tsx'
import { Mark } from '../../parts/signs.tsx'
import { Fault, Key, Waiting } from '../../parts/small.tsx'
import { askWords } from '../../words/ask.ts'
import { chainWords } from '../../words/chain.ts'
import { language, number, Told, useWords } from '../../words/words.tsx'

type Explanation = AnswerOf<'explain'>
type Way = Explanation['findings'][number] | Explanation['misses'][number]
type Effect = PreviewOf<'changes'>['effect']

const fixesAtMost = 5

/** One question. */
export interface CanQuestion {
  readonly subject: string
  readonly action: string
  readonly resource?: string
  readonly at?: string
  readonly asOf?: number
}

/** The card. */
export function CanAnswer(question: CanQuestion) {
  const say = useWords(askWords)
  const { data, error, refetch } = useAnswer('explain', question)
  const allowed = data?.allowed
  const text = JSON.stringify(question)
  useEffect(() => {
    if (allowed !== undefined) noteAsked({ ...JSON.parse(text), allowed })
  }, [allowed, text])
  if (error !== null) return <Fault error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Waiting rows={4} />
  const { subject, permission, resource, names } = data
  const parts = {
    who: <Chip reference={subject} names={names} />,
    what: <PermissionChip name={permission} />,
    which: <Chip reference={resource} names={names} />,
    when: <span>{question.at === undefined ? say('now') : say('at', { moment: moment(data.at) })}</span>,
  }
  return (
    <article className={`answer card ${data.allowed ? 'yes' : 'no'}`} aria-label={data.allowed ? say('yes') : say('no')}>
      <header>
        <Mark state={data.allowed ? 'allow' : 'deny'} />
        <h2 className="word">{data.allowed ? say('yes') : say('no')}</h2>
        <p className="asked">
          <Told words={askWords} say={data.allowed ? 'may' : 'mayNot'} parts={parts} />
        </p>
        <span className="hint">
          {question.asOf === undefined ? say('revision', { revision: data.revision }) : say('asOf', { revision: data.revision })}
        </span>
      </header>
      <p className="told">
        <Sentence explanation={data} place={0} />
      </p>
      <Ways explanation={data} />
      {!data.allowed && question.at === undefined && question.asOf === undefined && <Fixes explanation={data} />}
    </article>
  )
}

/** A sentence of the answer: the server's in English; else made of the same facts. */
function Sentence({ explanation, place, way }: { readonly explanation: Explanation; readonly place: number; readonly way?: Way }) {
  const chain = useWords(chainWords)
  const say = useWords(askWords)
  const nameOf = useNameOf()
  const { subject, names, sentences, allowed } = explanation
  if (language() === 'en') return <>{sentences[place]}.</>
  const who = nameOf(subject, names)
  if (way === undefined)
    return <>{`${allowed ? say('yes') : say('no')}: ${who}, ${explanation.permission}, ${nameOf(explanation.resource, names)}.`}</>
  const steps = stepsOf(chain, way).map(
    (step) => `${step.words}${step.to === undefined ? '' : ` ${nameOf(step.to, names).replace(/^permission:/, '')}`}`,
  )
  return <>{`${who} ${steps.join(', ')}.`}</>
}

function Ways({ explanation }: { readonly explanation: Explanation }) {
  const say = useWords(askWords)
  const [all, setAll] = useState(false)
  const { findings, misses, subject, names } = explanation
  const ways: readonly Way[] = [...findings, ...misses]
  if (ways.length === 0) return null
  const shown = all ? ways : ways.slice(0, 1)
  const hidden = ways.length - shown.length
  return (
    <>
      {findings.length === 0 && <h3 className="miss-head">{say('misses', { count: shown.length })}</h3>}
      {shown.map((way, index) => (
        // Two ways may look alike; a way is its place.
        <section className="way" key={index}>
          <Chain subject={subject} part={way} names={names} />
          <p className="told">
            <Sentence explanation={explanation} place={index + 1} way={way} />
          </p>
        </section>
      ))}
      {(findings.length > 0 || hidden > 0) && (
        <p className="ways">
          {findings.length > 0 && <b>{ways.length === 1 ? say('onlyWay') : say('wayOf', { place: shown.length, count: ways.length })}</b>}
          {hidden > 0 && (
            <button type="button" className="btn quiet tiny link" onClick={() => setAll(true)}>
              {findings.length > 0 ? say('showOthers', { count: hidden }) : say('moreMisses', { count: hidden })}
            </button>
          )}
        </p>
      )}
    </>
  )
}

interface Foretold extends Fix {
  readonly effect: Effect
  readonly names: Names
}

function Fixes({ explanation }: { readonly explanation: Explanation }) {
  const say = useWords(askWords)
  const { propose } = useDesk()
  const { subject, permission, resource, revision } = explanation
  const { data: fixes } = useQuery({
    queryKey: ['fixes', subject, permission, resource, revision],
    queryFn: ({ signal }) => foretell(explanation, signal),
  })
  const shown = fixes?.slice(0, fixesAtMost) ?? []
  useKeys(
    shown.map((fix, index) => ({
      keys: String(index + 1),
      does: `${say('showEffect')} ${index + 1}`,
      run: () => propose({ changes: fix.changes }),
    })),
  )
  if (fixes === undefined) return <Waiting rows={2} />
  return (
    <section>
      <div className="fix-head">
        <h3>{say('fixes')}</h3>
        {fixes.length > 0 && <span className="hint">{say('fixesHint')}</span>}
      </div>
      {fixes.length === 0 && <p className="muted">{say('noFix')}</p>}
      <ol className="fixes">
        {shown.map((fix, index) => (
          <li key={JSON.stringify(fix.changes)}>
            <span className="n" aria-hidden="true">
              {index + 1}
            </span>
            <div className="grow">
              {fix.changes.map((change) => (
                <p key={JSON.stringify(change)}>
                  <ChangeWords change={change} names={fix.names} />
                </p>
              ))}
              <p className="hint">{say(fix.hint)}</p>
            </div>
            <EffectCounts effect={fix.effect} />
            <button type="button" className="btn tiny" onClick={() => propose({ changes: fix.changes })}>
              {say('showEffect')} <Key>{String(index + 1)}</Key>
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}

function EffectCounts({ effect }: { readonly effect: Effect }) {
  const say = useWords(askWords)
  const resources = new Set([...effect.gains, ...effect.losses].map(({ resource }) => resource)).size
  const actions = say('actions', { count: effect.gained + effect.lost })
  return (
    <span className="eff">
      {effect.gainers > 0 && <span className="gain">{say('gain', { count: effect.gainers })}</span>}
      {effect.losers > 0 && <span className="lose">{say('lose', { count: effect.losers })}</span>}
      <span className="muted">
        {effect.complete ? say('onResources', { actions, count: resources }) : number(effect.gained + effect.lost)}
      </span>
    </span>
  )
}

/** The fixes that this person may carry out, each with its effect, the smallest first. */
async function foretell(explanation: Explanation, signal: AbortSignal): Promise<readonly Foretold[]> {
  const fixes = await fixesFor(explanation, signal)
  const told = await Promise.all(
    fixes.map(async (fix): Promise<Foretold | undefined> => {
      try {
        // A preview was asked for, so this is one.
        const preview = (await call('changes', { changes: fix.changes, preview: true }, { signal })) as unknown as PreviewOf<'changes'>
        return { ...fix, effect: preview.effect, names: { ...explanation.names, ...preview.names } }
      } catch (error) {
        if (signal.aborted) throw error
        // What one may not do is not offered.
        return undefined
      }
    }),
  )
  const size = ({ effect }: Foretold) => effect.gained + effect.lost
  return told.filter((fix) => fix !== undefined).sort((one, other) => size(one) - size(other))
}
