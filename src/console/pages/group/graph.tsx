/** Graph: who is inside whom, up to two hundred groups around this one. */

import { useAnswer } from '../../data/queries.ts'
import { Page } from '../../parts/page.tsx'
import { Fault, Waiting } from '../../parts/small.tsx'
import { groupWords } from '../../words/group.ts'
import { useWords } from '../../words/words.tsx'
import { GraphDrawing, GraphKey } from '../groups/graph-drawing.tsx'
import type { TabProps } from './frame.tsx'
import { AskAboutIt } from './frame.tsx'

/** More cannot be read at once. */
const drawn = 200

/** The tab. */
export default function Graph({ group, frame }: TabProps) {
  const say = useWords(groupWords)
  const { data, error, refetch } = useAnswer('groupGraph', { key: group.id, limit: drawn }, { keeps: true })
  const around = (data?.total ?? 1) - 1
  return (
    <Page
      {...frame}
      acts={<AskAboutIt id={group.id} />}
      toolbar={
        <>
          <GraphKey />
          <span className="grow" />
          {data !== undefined && (
            <span className="soft" role="status">
              {data.nodes.length < data.total
                ? say('graphShown', { shown: data.nodes.length - 1, count: around })
                : say('graphAll', { count: around })}
            </span>
          )}
        </>
      }
    >
      {error !== null && data === undefined ? (
        <Fault error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Waiting rows={10} />
      ) : (
        // A region that scrolls must be reached by the keyboard.
        <section className="scroll graph-page" tabIndex={0} aria-label={say('graphLabel')}>
          <GraphDrawing graph={data} center={group.id} size="large" />
        </section>
      )}
    </Page>
  )
}
