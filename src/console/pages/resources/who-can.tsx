/** Who can do what on a resource: action by action, with a why behind every name. */

import { usePages } from '../../data/queries.ts'
import { MoreLines } from '../../parts/more-lines.tsx'
import { Name, To, useNameOf } from '../../parts/names.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Fault, Waiting } from '../../parts/small.tsx'
import { resourcesWords } from '../../words/resources.ts'
import { useWords } from '../../words/words.tsx'

/** The tab. */
export function WhoCan({
  resource,
  type,
  actions,
}: {
  readonly resource: string
  readonly type: string
  readonly actions: readonly string[]
}) {
  const say = useWords(resourcesWords)
  const what = actions.map((action) => `${type}.${action}`).join(' ')
  return (
    <section>
      <p className="section-note">
        <To className="btn tiny" address={`/audit?${new URLSearchParams({ what, on: resource })}`}>
          {say('audit')}
        </To>
      </p>
      <ul className="who">
        {actions.map((action, place) => (
          <Action key={action} resource={resource} action={action} isFirst={place === 0} />
        ))}
      </ul>
    </section>
  )
}

function Action({ resource, action, isFirst }: { readonly resource: string; readonly action: string; readonly isFirst: boolean }) {
  const say = useWords(resourcesWords)
  const nameOf = useNameOf()
  const pages = usePages('searchSubjects', { action, resource }, 100)
  return (
    <li>
      <details open={isFirst}>
        <summary>
          <b>{action}</b>
          <span className="tail">{pages.total !== undefined && say('canDo', { count: pages.total })}</span>
          <Icon name="down" />
        </summary>
        <div className="what">
          {pages.fault !== null && <Fault error={pages.fault} onRetry={pages.again} />}
          {pages.loading && <Waiting rows={2} />}
          {pages.total === 0 && <p className="muted">{say('nobodyCan')}</p>}
          <ul className="lines">
            {pages.items.map((subject) => (
              <li key={subject}>
                <Name reference={subject} />
                <span className="acts">
                  <To className="btn quiet tiny" address={`/ask?${new URLSearchParams({ subject, action, resource })}`}>
                    <span aria-hidden="true">{say('why')}</span>
                    <span className="visually-hidden">{say('whyOf', { name: nameOf(subject), action })}</span>
                  </To>
                </span>
              </li>
            ))}
          </ul>
          <MoreLines of={[pages]} />
        </div>
      </details>
    </li>
  )
}
