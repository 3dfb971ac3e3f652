/** What is given on a resource: here, then on everything above it up to the tenant, with what is stopped on the way. */

import { useQuery } from '@tanstack/react-query'
import type { AnswerOf } from '../../../api/client.ts'
import { useDesk } from '../../data/draft.tsx'
import { useMay } from '../../data/me.tsx'
import { usePages } from '../../data/queries.ts'
import { call } from '../../data/server.ts'
import { GrantLines } from '../../parts/grant-lines.tsx'
import { Chip } from '../../parts/names.tsx'
import { Icon, Mark } from '../../parts/signs.tsx'
import { Fault, hasCode, Waiting } from '../../parts/small.tsx'
import { resourcesWords } from '../../words/resources.ts'
import { Told, useWords } from '../../words/words.tsx'
import type { Resource } from './resource-tree.tsx'

type Assignment = AnswerOf<'assignments'>['items'][number]
type Policy = Assignment['policy']

/** A step of the way up. */
interface Step {
  readonly reference: string
  /** The owner there, whose rights reach down too. */
  readonly owner: string | undefined
  /** What stops the grants of this step; denials, and all of the tenant, are never stopped. */
  readonly stoppedBy: string | undefined
}

/** The tab. */
export function Given({ reference, resource }: { readonly reference: string; readonly resource: Resource | undefined }) {
  const above = useQuery({
    queryKey: ['above', reference, resource?.parent, resource?.inherits],
    queryFn: ({ signal }) => stepsAbove(reference, resource, signal),
    retry: false,
  })
  return (
    <>
      <GivenOn step={{ reference, owner: resource?.owner, stoppedBy: undefined }} isHere />
      {above.error !== null && <Fault error={above.error} onRetry={() => void above.refetch()} />}
      {above.data?.map((step) => (
        <GivenOn key={step.reference} step={step} />
      ))}
    </>
  )
}

/** The way up to the tenant. */
async function stepsAbove(reference: string, resource: Resource | undefined, signal: AbortSignal): Promise<readonly Step[]> {
  const steps: Step[] = []
  let stoppedBy = resource?.inherits === false ? reference : undefined
  let parent = resource?.parent
  while (parent !== undefined) {
    const step: Resource | undefined = await call('resource', { key: parent }, { signal }).catch((error: unknown) => {
      // Not registered, or not to be seen: nothing above it but the tenant is known.
      if (hasCode(error, 'not_found')) return undefined
      throw error
    })
    steps.push({ reference: parent, owner: step?.owner, stoppedBy })
    if (step?.inherits === false) stoppedBy ??= parent
    parent = step?.parent
  }
  return [...steps, { reference: 'tenant', owner: undefined, stoppedBy: undefined }]
}

function GivenOn({ step, isHere = false }: { readonly step: Step; readonly isHere?: boolean }) {
  const say = useWords(resourcesWords)
  const may = useMay()
  const { reference, owner, stoppedBy } = step
  const grants = usePages('grants', { resource: reference })
  const assignments = usePages('assignments', { resource: reference }, 100, reference !== 'tenant' && may('assignment.view'))
  const parts = { resource: <Chip reference={reference} /> }
  const isEmpty = owner === undefined && grants.total === 0 && (assignments.total ?? 0) === 0
  const counting = grants.items.filter(({ effect }) => stoppedBy === undefined || effect === 'deny')
  const stopped = grants.items.filter(({ effect }) => stoppedBy !== undefined && effect === 'allow')
  return (
    <section>
      <h2>
        {isHere ? (
          say('here')
        ) : reference === 'tenant' ? (
          say('fromTenant')
        ) : (
          <Told words={resourcesWords} say="fromResource" parts={parts} />
        )}
      </h2>
      {stoppedBy !== undefined && (
        <p className="note warn section-note">
          <Icon name="lock" />
          <span>
            <Told words={resourcesWords} say="stopped" parts={{ resource: <Chip reference={stoppedBy} /> }} />
          </span>
        </p>
      )}
      {grants.fault !== null && <Fault error={grants.fault} onRetry={grants.again} />}
      {grants.loading && <Waiting rows={2} />}
      {isEmpty && <p className="muted">{say(isHere ? 'nothingHere' : 'nothingAbove')}</p>}
      {owner !== undefined && (
        <ul className={`lines${stoppedBy === undefined ? '' : ' cut'}`}>
          <li>
            <Mark state={stoppedBy === undefined ? 'allow' : 'ended'} />
            <span>
              <Told words={resourcesWords} say="ownerGives" parts={{ owner: <Chip reference={owner} /> }} />
            </span>
          </li>
        </ul>
      )}
      <ul className={`lines${stoppedBy === undefined ? '' : ' cut'}`}>
        {assignments.items.map((assignment) => (
          <AssignmentLine key={assignment.id} assignment={assignment} isStopped={stoppedBy !== undefined} />
        ))}
      </ul>
      <GrantLines grants={counting} />
      {stopped.length > 0 && (
        <div className="cut">
          <GrantLines grants={stopped} />
        </div>
      )}
      {(grants.hasMore || assignments.hasMore) && (
        <p className="after-lines">
          <button
            type="button"
            className="btn"
            onClick={() => {
              grants.more()
              assignments.more()
            }}
          >
            {say('more')}
          </button>
        </p>
      )}
    </section>
  )
}

const relations = ['owner', 'group', 'ancestors', 'descendants', 'siblings'] as const

function AssignmentLine({ assignment, isStopped }: { readonly assignment: Assignment; readonly isStopped: boolean }) {
  const say = useWords(resourcesWords)
  const may = useMay()
  const { propose } = useDesk()
  const { id, group, member, policy, origin } = assignment
  return (
    <li>
      <Mark state={isStopped ? 'ended' : 'allow'} />
      <span className="soft">{say('assigned')}</span> <Chip reference={`group:${group}`} />
      {member !== undefined && (
        <>
          <span className="soft">{say('withOwner')}</span> <Chip reference={member} />
        </>
      )}
      {may('assignment.delete') && origin === 'local' && (
        <span className="acts">
          <button type="button" className="btn quiet tiny" onClick={() => propose({ changes: [{ kind: 'assignment.delete', id }] })}>
            {say('unassign')}
          </button>
        </span>
      )}
      <span className="policy-of soft small">
        {relations
          .filter((relation) => (relation !== 'owner' || member !== undefined) && givesOf(policy[relation]) !== '')
          .map((relation) => say('byKind', { kind: say(`relation_${relation}`), actions: givesOf(policy[relation]) }))
          .join(' · ')}
      </span>
    </li>
  )
}

/** What an entry of a policy gives, in one line: a list, or lists by role or group type. */
function givesOf(entry: Policy[keyof Policy]): string {
  if (isList(entry)) return entry.join(', ')
  return Object.entries(entry)
    .filter(([, names]) => names.length > 0)
    .map(([codename, names]) => `${codename} (${names.join(', ')})`)
    .join(', ')
}

function isList(entry: Policy[keyof Policy]): entry is readonly string[] {
  return Array.isArray(entry)
}
