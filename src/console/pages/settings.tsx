/** Settings: what decisions depend on, group types, domains, keys and sessions of everybody, import and export. */

import { useAddress } from '../data/address.ts'
import { useMay, useMe } from '../data/me.tsx'
import { ImportPlan } from '../parts/import-plan.tsx'
import { Page, Reading } from '../parts/page.tsx'
import { MissingPage } from '../shell/missing.tsx'
import { settingsWords } from '../words/settings.ts'
import { useWords } from '../words/words.tsx'
import { AllKeys } from './settings/all-keys.tsx'
import { AllSessions } from './settings/all-sessions.tsx'
import { Domains } from './settings/domains.tsx'
import { Export } from './settings/export.tsx'
import { General } from './settings/general.tsx'
import { GroupTags } from './settings/group-tags.tsx'
import { GroupTypes } from './settings/group-types.tsx'
import { PolicySettings } from './settings/policy-settings.tsx'
import { TenantSettings } from './settings/tenants.tsx'

const tabs = ['general', 'policy', 'types', 'domains', 'keys', 'sessions', 'tenants', 'transfer'] as const
type TabName = (typeof tabs)[number]

/** What it takes to see a tab; any one of these. */
const needs: { readonly [Name in TabName]: readonly string[] } = {
  general: ['tenant.view'],
  policy: ['tenant.view'],
  types: ['group-type.view'],
  domains: ['group.view'],
  keys: ['api-key.view'],
  sessions: ['user.edit'],
  tenants: ['tenant.view'],
  transfer: ['tenant.import', 'tenant.export'],
}

/** The page. */
export default function Settings() {
  const say = useWords(settingsWords)
  const may = useMay()
  const { path, query } = useAddress()
  const { tenant } = useMe()
  // Only main knows of other tenants.
  const shown = tabs.filter((each) => needs[each].some(may) && (each !== 'tenants' || tenant === 'main'))
  const [first] = shown
  const tab = shown.find((each) => each === query.tab) ?? first
  if (tab === undefined) return <MissingPage />
  return (
    <Page
      title={say('title')}
      tabs={shown.map((each) => ({ label: say(each), address: each === first ? path : `${path}?tab=${each}`, current: each === tab }))}
    >
      <Reading>
        {tab === 'general' && <General />}
        {tab === 'policy' && <PolicySettings />}
        {tab === 'types' && (
          <>
            <GroupTypes />
            {may('group-entity.view') && <GroupTags />}
          </>
        )}
        {tab === 'domains' && <Domains />}
        {tab === 'keys' && <AllKeys />}
        {tab === 'sessions' && <AllSessions />}
        {tab === 'tenants' && <TenantSettings />}
        {tab === 'transfer' && (
          <>
            {may('tenant.import') && (
              <section className="stack">
                <h2>{say('import')}</h2>
                <ImportPlan />
              </section>
            )}
            {may('tenant.export') && <Export />}
          </>
        )}
      </Reading>
    </Page>
  )
}
