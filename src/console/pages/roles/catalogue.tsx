/** The catalogue: every type of resources with its actions, and the permissions of the application; with origin, and what is not available. */

import { useAddress } from '../../data/address.ts'
import type { Permission, ResourceType } from '../../data/catalogue.ts'
import { useApplicationPermissions, useIsAvailable, useResourceTypes } from '../../data/catalogue.ts'
import { useAnswer } from '../../data/queries.ts'
import { SearchField } from '../../parts/filters.tsx'
import { Chip, PermissionChip } from '../../parts/names.tsx'
import type { Tab } from '../../parts/page.tsx'
import { Page, Reading } from '../../parts/page.tsx'
import { Icon } from '../../parts/signs.tsx'
import { Fault, Tag, Waiting } from '../../parts/small.tsx'
import { rolesWords } from '../../words/roles.ts'
import { useWords } from '../../words/words.tsx'

/** The tab. */
export function Catalogue({ tabs }: { readonly tabs: readonly Tab[] }) {
  const say = useWords(rolesWords)
  const { query, set } = useAddress()
  const { q = '' } = query
  const types = useResourceTypes()
  const application = useApplicationPermissions()
  const sought = q.trim().toLocaleLowerCase()
  const fits = (...texts: readonly (string | undefined)[]) =>
    sought === '' || texts.some((text) => text?.toLocaleLowerCase().includes(sought) === true)
  const shownTypes = types.data?.filter((type) => fits(type.name, type.description, ...type.actions.map((each) => `${type.name}.${each}`)))
  const shownPermissions = application.data?.filter(({ name, label, description }) => fits(name, label, description))
  return (
    <Page
      title={say('title')}
      tabs={tabs}
      toolbar={
        <SearchField label={say('findInCatalogue')} placeholder={say('findInCatalogue')} value={q} onChange={(text) => set({ q: text })} />
      }
    >
      <Reading>
        <section>
          <h2>{say('application')}</h2>
          <p className="hint">{say('applicationHint')}</p>
          {application.error !== null && <Fault error={application.error} onRetry={() => void application.refetch()} />}
          {application.isPending && <Waiting rows={3} />}
          {shownPermissions?.length === 0 && <p className="muted">{say('noApplication')}</p>}
          {shownPermissions !== undefined && shownPermissions.length > 0 && (
            <ul className="lines catalogue">
              {shownPermissions.map((permission) => (
                <PermissionLine key={permission.name} name={permission.name} permission={permission} />
              ))}
            </ul>
          )}
        </section>
        <section>
          <h2>{say('types')}</h2>
          <p className="hint">{say('typesHint')}</p>
          {types.error !== null && <Fault error={types.error} onRetry={() => void types.refetch()} />}
          {types.isPending && <Waiting rows={6} />}
          {shownTypes?.length === 0 && <p className="muted">{say('noTypes')}</p>}
          <ul className="who">
            {shownTypes?.map((type) => (
              <TypeRow key={type.name} type={type} sought={sought} />
            ))}
          </ul>
        </section>
      </Reading>
    </Page>
  )
}

function TypeRow({ type, sought }: { readonly type: ResourceType; readonly sought: string }) {
  const say = useWords(rolesWords)
  // What is looked for lies inside: it is shown.
  const opened = sought !== '' && !type.name.toLocaleLowerCase().includes(sought)
  return (
    <li>
      <details key={String(opened)} open={opened}>
        <summary>
          <b>{type.name}</b>
          <span className="muted code">{type.createdBy === 'system:built-in' ? say('builtIn') : type.origin}</span>
          <span className="tail">{say('actions', { count: type.actions.length })}</span>
          <Icon name="down" />
        </summary>
        <div className="what">
          {type.description !== undefined && <p>{type.description}</p>}
          {type.parentTypes.length > 0 && (
            <p className="soft">
              {say('below')} {type.parentTypes.join(', ')}
            </p>
          )}
          <TypeActions type={type} />
        </div>
      </details>
    </li>
  )
}

/** The actions of a type; what was declared of them beyond their name is asked for along. */
function TypeActions({ type }: { readonly type: ResourceType }) {
  const { data } = useAnswer('permissions', { resourceType: type.name, limit: 500 }, { keeps: true })
  const declared = new Map(data?.items.map((permission) => [permission.name, permission]))
  return (
    <ul className="lines catalogue">
      {type.actions.map((action) => (
        <PermissionLine key={action} name={`${type.name}.${action}`} permission={declared.get(`${type.name}.${action}`)} />
      ))}
    </ul>
  )
}

function PermissionLine({ name, permission }: { readonly name: string; readonly permission?: Permission | undefined }) {
  const say = useWords(rolesWords)
  const isAvailable = useIsAvailable()
  return (
    <li>
      <PermissionChip name={name} />
      {permission !== undefined && (
        <>
          {permission.label !== undefined && <span>{permission.label}</span>}
          {permission.description !== undefined && <span className="soft">{permission.description}</span>}
          {permission.permissionKind === 'restriction' && (
            <Tag tone="warn" icon="narrow">
              {say('narrows')}
            </Tag>
          )}
          {permission.condition !== undefined && <code className="muted">{permission.condition}</code>}
          {permission.parent !== undefined && (
            <span className="soft">
              {say('parent')} <Chip reference={`permission:${permission.parent}`} />
            </span>
          )}
          <span className="acts">
            <span className="muted code">{permission.origin}</span>
            {isAvailable(permission) ? (
              <span className="soft small">{say('available')}</span>
            ) : (
              <span title={say('unavailableHint')}>
                <Tag tone="deny">{say('unavailable')}</Tag>
              </span>
            )}
          </span>
        </>
      )}
    </li>
  )
}
