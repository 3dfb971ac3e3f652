/** The group one is at, beside the tree: who is inside whom around it, where it sits, who manages it, and the acts on it. */

import { useId } from 'react'
import { useKeys } from '../../data/keys.ts'
import { useManagers } from '../../data/managers.ts'
import { useAnswer } from '../../data/queries.ts'
import { Chips, To } from '../../parts/names.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Fault, Tag, Waiting } from '../../parts/small.tsx'
import { groupsWords } from '../../words/groups.ts'
import { partWords } from '../../words/parts.ts'
import { useWords } from '../../words/words.tsx'
import { GraphDrawing, GraphKey } from './graph-drawing.tsx'
import type { MoveTo, Taken } from './tree.tsx'

/** So many groups around it are asked for; the nearest are drawn. */
const asked = 60

/** The panel. */
export function GroupBeside({
  id,
  mayMove,
  taken,
  onTake,
  onPut,
  onClose,
}: {
  readonly id: string
  readonly mayMove: boolean
  readonly taken: Taken | undefined
  readonly onTake: (taken: Taken | undefined) => void
  readonly onPut: (taken: Taken, to: MoveTo) => void
  readonly onClose: () => void
}) {
  const say = useWords(groupsWords)
  const parts = useWords(partWords)
  const title = useId()
  const group = useAnswer('group', { key: id })
  const above = useAnswer('groupAncestors', { key: id, limit: 500 })
  const graph = useAnswer('groupGraph', { key: id, limit: asked })
  const managers = useManagers(id)
  useKeys(taken === undefined ? [{ keys: 'Escape', does: parts('keyClose'), run: onClose }] : [])
  const ways = above.data?.items.toReversed() ?? []
  const self: Taken | undefined =
    group.data === undefined ? undefined : { id, name: group.data.name, above: ways.map((each) => each.id), by: 'keys' }
  const canTake = taken !== undefined && taken.id !== id && !ways.some((each) => each.id === taken.id) && taken.above.at(-1) !== id
  return (
    <aside className="panel" aria-labelledby={title}>
      <header>
        <h2 id={title}>{group.data?.name ?? ''}</h2>
        <To address={`/groups/${encodeURIComponent(id)}`} className="link">
          {say('open')}
        </To>
        <button type="button" className="btn quiet square" aria-label={parts('close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="body">
        {group.error !== null && <Fault error={group.error} onRetry={() => void group.refetch()} />}
        {group.isPending && <Waiting rows={6} />}
        {taken !== undefined && (
          <div className="note">
            <Icon name="grip" />
            <span>
              {say('takeHint', { name: taken.name })}
              <span className="row">
                <button type="button" className="btn tiny" disabled={!canTake} onClick={() => onPut(taken, id)}>
                  {say('putHere')}
                </button>
                <button type="button" className="btn tiny quiet" onClick={() => onTake(undefined)}>
                  {say('letBe')}
                </button>
              </span>
            </span>
          </div>
        )}
        {graph.data !== undefined && (
          <section>
            <h3>{say('insideWhom')}</h3>
            <GraphDrawing graph={graph.data} center={id} size="small" />
            <GraphKey />
          </section>
        )}
        {group.data !== undefined && (
          <dl className="pairs">
            <dt>{say('sits')}</dt>
            <dd>
              {ways.length === 0
                ? say('atTop')
                : ways.map((each, index) => (
                    <span key={each.id}>
                      {index > 0 && ' › '}
                      <To address={`/groups/${encodeURIComponent(each.id)}`} className="link">
                        {each.name}
                      </To>
                    </span>
                  ))}
            </dd>
            {group.data.type !== undefined && (
              <>
                <dt>{say('type')}</dt>
                <dd>
                  <Tag>{group.data.type}</Tag>
                </dd>
              </>
            )}
            <dt>{say('managedBy')}</dt>
            <dd>{managers.length === 0 ? <span className="muted">{say('nobody')}</span> : <Chips references={managers} limit={6} />}</dd>
          </dl>
        )}
      </div>
      {mayMove && self !== undefined && taken === undefined && (
        <footer>
          <div className="pair">
            <button type="button" className="btn grow" onClick={() => onTake(self)}>
              {say('move')}
            </button>
            <button type="button" className="btn grow" disabled={ways.length === 0} onClick={() => onPut(self, null)}>
              {say('moveTop')}
            </button>
          </div>
        </footer>
      )}
    </aside>
  )
}
