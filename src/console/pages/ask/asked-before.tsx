/** The questions that were asked before in this tab. */

import { useId } from 'react'
import { addressOfQuestion, useAsked } from '../../data/asked.ts'
import { distance } from '../../data/moments.ts'
import { To, useNameOf } from '../../parts/names.tsx'
import { Icon, Mark } from '../../parts/signs.tsx'
import { askWords } from '../../words/ask.ts'
import { useWords } from '../../words/words.tsx'

/** The panel. */
export function AskedBefore() {
  const say = useWords(askWords)
  const nameOf = useNameOf()
  const asked = useAsked()
  const title = useId()
  return (
    <aside className="panel" aria-labelledby={title}>
      <header>
        <h2 id={title}>{say('askedBefore')}</h2>
      </header>
      <div className="body">
        {asked.length === 0 ? (
          <p className="muted">{say('nothingAsked')}</p>
        ) : (
          <ol className="past">
            {asked.map((question) => (
              <li key={addressOfQuestion(question)}>
                <To address={addressOfQuestion(question)}>
                  <Mark state={question.allowed ? 'allow' : 'deny'} label={question.allowed ? say('yes') : say('no')} />
                  <span>
                    {nameOf(question.subject)}, {question.action}
                    {question.resource !== undefined && `, ${nameOf(question.resource)}`}
                    {question.at !== undefined && <i>, {question.at}</i>}
                  </span>
                  <time dateTime={new Date(question.time).toISOString()}>{distance(new Date(question.time).toISOString())}</time>
                </To>
              </li>
            ))}
          </ol>
        )}
        <p className="note">
          <Icon name="copy" />
          <span>{say('isAddress')}</span>
        </p>
      </div>
    </aside>
  )
}
