/** What is given on a resource: here, then on everything above it up to the tenant, with what is stopped on the way. */

import { useQuery } from '@tanstack/react-query'
import type { AnswerOf } from '../../../api/client.ts'
import { givenBy } from '../../data/catalogue.ts'
import { useDesk } from '../../data/draft.tsx'
import { useMayOn } from '../../data/may-on.ts'
import { usePages } from '../../data/queries.ts'
import { call } from '../../data/server.ts'
import type { Grant } from '../../parts/grant-lines.tsx'
import { GrantLines } from '../../parts/grant-lines.tsx'
import { MoreLines } from '../../parts/more-lines.tsx'
import { NamedChip } from '../../parts/named-chip.tsx'
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
      <GivenOn step={{ reference, owner: resource?.owner, stoppedBy: undefined }} />
      {above.error !== null && <Fault error={above.error} onRetry={() => void above.refetch()} />}
      {above.data?.map((step) => (
        <GivenOn key={step.reference} step={step} type={reference.slice(0, reference.indexOf(':'))} />
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

/** What is given on one step. Of what comes from above (`type` is given) only that which bears upon the type is shown. */
function GivenOn({ step, type }: { readonly step: Step; readonly type?: string }) {
  const say = useWords(resourcesWords)
  const { reference, owner, stoppedBy } = step
  const mayHere = useMayOn(reference)
  const grants = usePages('grants', { resource: reference })
  const assignments = usePages('assignments', { resource: reference }, 100, reference !== 'tenant' && mayHere('assignment.view'))
  const isHere = type === undefined
  const bearsUpon = useBearsUpon(grants.items, type)
  const parts = { resource: <Chip reference={reference} /> }
  const shown = grants.items.filter(bearsUpon)
  const assigned = assignments.items.filter((assignment) => assignmentBearsUpon(assignment, type))
  const isEmpty = !grants.loading && !grants.hasMore && owner === undefined && shown.length === 0 && assigned.length === 0
  const counting = shown.filter(({ effect }) => stoppedBy === undefined || effect === 'deny')
  const stopped = shown.filter(({ effect }) => stoppedBy !== undefined && effect === 'allow')
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
              <Told words={resourcesWords} say="ownerGives" parts={{ owner: <NamedChip reference={owner} /> }} />
            </span>
          </li>
        </ul>
      )}
      <ul className={`lines${stoppedBy === undefined ? '' : ' cut'}`}>
        {assigned.map((assignment) => (
          <AssignmentLine
            key={assignment.id}
            assignment={assignment}
            isStopped={stoppedBy !== undefined}
            mayTake={mayHere('assignment.delete')}
          />
        ))}
      </ul>
      <GrantLines grants={counting} />
      {stopped.length > 0 && <GrantLines grants={stopped} isCut />}
      <MoreLines of={[grants, assignments]} />
    </section>
  )
}

/** Tells which grants say something about resources of the type: by an action of it, or by a role that gives one. */
function useBearsUpon(grants: readonly Grant[], type: string | undefined): (grant: Grant) => boolean {
  const roles = [...new Set(grants.flatMap(({ role }) => role ?? []))].sort()
  const { data } = useQuery({
    queryKey: ['given-on-type', type, roles],
    enabled: type !== undefined && roles.length > 0,
    queryFn: async ({ signal }) => {
      const given = await Promise.all(roles.map(async (role) => [role, await givenBy(role, signal)] as const))
      return new Set(given.flatMap(([role, all]) => (all.some(({ permission }) => permission.startsWith(`${type}.`)) ? [role] : [])))
    },
    retry: false,
  })
  return ({ role, permission, actions, resource }) => {
    if (type === undefined) return true
    // Until it is known what a role gives, it is shown.
    if (role !== undefined) return role === everything || data === undefined || data.has(role)
    return actions === undefined ? permission?.startsWith(`${type}.`) === true : resource.startsWith(`${type}:`)
  }
}

/** The short names of a policy mean actions of the type of what is assigned; others are permissions as they stand. */
function assignmentBearsUpon({ resource, policy }: Assignment, type: string | undefined): boolean {
  if (type === undefined || resource.startsWith(`${type}:`)) return true
  return Object.values(policy).some((entry: Policy[keyof Policy]) =>
    (isList(entry) ? [entry] : Object.values(entry)).some((names) => names.some((name) => name.startsWith(`${type}.`))),
  )
}

/** The role that holds every permission. */
const everything = 'administrator'

const relations = ['owner', 'group', 'ancestors', 'descendants', 'siblings'] as const

function AssignmentLine({
  assignment,
  isStopped,
  mayTake,
}: {
  readonly assignment: Assignment
  readonly isStopped: boolean
  readonly mayTake: boolean
}) {
  const say = useWords(resourcesWords)
  const { propose } = useDesk()
  const { id, group, member, policy, origin } = assignment
  return (
    <li>
      <Mark state={isStopped ? 'ended' : 'allow'} />
      <span className="soft">{say('assigned')}</span> <NamedChip reference={`group:${group}`} />
      {member !== undefined && (
        <>
          <span className="soft">{say('withOwner')}</span> <NamedChip reference={member} />
        </>
      )}
      {mayTake && origin === 'local' && (
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
