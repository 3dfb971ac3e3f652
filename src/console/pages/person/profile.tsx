/** The fields of a person, editable where one may, and what is known beside them. */

import type { AnswerOf } from '../../../api/client.ts'
import { useMayOn } from '../../data/may-on.ts'
import { useMe } from '../../data/me.tsx'
import { distance, moment } from '../../data/moments.ts'
import { useAnswer } from '../../data/queries.ts'
import { call } from '../../data/server.ts'
import { Chip } from '../../parts/names.tsx'
import type { FormField } from '../../parts/record-form.tsx'
import { RecordForm } from '../../parts/record-form.tsx'
import { personWords } from '../../words/person.ts'
import { statusWords } from '../../words/status.ts'
import { useWords } from '../../words/words.tsx'

type User = AnswerOf<'user'>

/** What everybody may keep of their own record, beside those who may edit people. */
const ownFields: ReadonlySet<string> = new Set(['displayName', 'firstName', 'lastName', 'page', 'description'])

/** The profile. */
export function Profile({ user }: { readonly user: User }) {
  const say = useWords(personWords)
  const status = useWords(statusWords)
  const mayHere = useMayOn(`user:${user.id}`)
  const me = useMe()
  const isSelf = me.actor === `user:${user.id}`
  const mayAll = mayHere('user.edit')
  const isOurs = user.origin === 'local'
  const fields: readonly FormField[] = [
    { name: 'displayName', label: say('displayName') },
    { name: 'firstName', label: say('firstName') },
    { name: 'lastName', label: say('lastName') },
    { name: 'userName', label: say('userName'), required: true },
    { name: 'emails', label: say('emails'), hint: say('onePerLine'), as: 'lines' },
    {
      name: 'status',
      label: say('status'),
      as: { options: (['active', 'inactive', 'pending'] as const).map((value) => ({ value, label: status(value) })) },
    },
    { name: 'page', label: say('page') },
    { name: 'description', label: say('description'), as: 'prose' },
    { name: 'networks', label: say('networks'), hint: say('networksHint'), as: 'lines' },
  ]
  const mine = mayAll ? fields : isSelf ? fields.filter(({ name }) => ownFields.has(name)) : fields
  const mayEdit = isOurs && (mayAll || (isSelf && mayHere('user.edit-profile')))
  return (
    <>
      {!isOurs && <p className="note">{say('ownedBy', { origin: user.origin })}</p>}
      <div className="sides">
        <RecordForm
          key={user.id}
          reference={`user:${user.id}`}
          record={{ ...user }}
          fields={mine}
          mayEdit={mayEdit}
          // The fields of the form are those of the change.
          changesFor={(wanted) => (Object.keys(wanted).length === 0 ? [] : [{ kind: 'user.update', id: user.id, ...wanted }])}
          read={async () => ({ ...(await call('user', { key: user.id })) })}
        />
        <aside>
          <dl className="pairs">
            <dt>{say('origin')}</dt>
            <dd className="code">{user.origin}</dd>
            <dt>{say('made')}</dt>
            <dd>
              <time dateTime={user.createdAt} title={moment(user.createdAt)}>
                {distance(user.createdAt)}
              </time>{' '}
              {!user.createdBy.startsWith('system:') && <Chip reference={user.createdBy} />}
            </dd>
            <dt>{say('changed')}</dt>
            <dd>
              <time dateTime={user.updatedAt} title={moment(user.updatedAt)}>
                {distance(user.updatedAt)}
              </time>
            </dd>
            {Object.keys(user.externalIds).length > 0 && (
              <>
                <dt>{say('externalIds')}</dt>
                <dd className="code">
                  {Object.entries(user.externalIds)
                    .map(([source, external]) => `${source} ${external}`)
                    .join(', ')}
                </dd>
              </>
            )}
            {Object.keys(user.attributes).length > 0 && (
              <>
                <dt>{say('attributes')}</dt>
                <dd className="code">{JSON.stringify(user.attributes)}</dd>
              </>
            )}
            {(mayAll || isSelf) && <SignIns id={user.id} />}
          </dl>
        </aside>
      </div>
    </>
  )
}

function SignIns({ id }: { readonly id: string }) {
  const say = useWords(personWords)
  const { data } = useAnswer('userSignIns', { key: id })
  if (data === undefined) return null
  const last = data.current ?? data.last
  return (
    <>
      <dt>{say('signIns')}</dt>
      <dd>
        {last === undefined
          ? say('neverSignedIn')
          : `${say('signInsCount', { count: data.count })}, ${say('lastSignIn', { when: distance(last.at) })}`}
        {data.failed > 0 && <p className="hint">{say('failed', { count: data.failed })}</p>}
      </dd>
    </>
  )
}
