/** Every address of the console and the page that answers it. A page is loaded when somebody goes there. */

import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { readQuery, writeQuery } from './data/address.ts'
import { tenantHistory } from './data/tenant-path.ts'
import { Frame } from './shell/frame.tsx'
import { DefectPage, MissingPage } from './shell/missing.tsx'

/** Which file answers at which address; `$name` is a part of the address that the page reads. One line a page. */
const pages: readonly (readonly [path: string, load: () => Promise<{ readonly default: ComponentType }>])[] = [
  ['/', () => import('./pages/overview.tsx')],
  ['/people', () => import('./pages/people.tsx')],
  ['/people/$id', () => import('./pages/person.tsx')],
  ['/groups', () => import('./pages/groups.tsx')],
  ['/groups/$id', () => import('./pages/group.tsx')],
  ['/service-accounts/$id', () => import('./pages/service-account.tsx')],
  ['/ask', () => import('./pages/ask.tsx')],
  ['/roles', () => import('./pages/roles.tsx')],
  ['/roles/$codename', () => import('./pages/role.tsx')],
  ['/permissions/$name', () => import('./pages/permission.tsx')],
  ['/resources', () => import('./pages/resources.tsx')],
  ['/resources/$reference', () => import('./pages/resource.tsx')],
  ['/audit', () => import('./pages/audit.tsx')],
  ['/journal', () => import('./pages/journal.tsx')],
  ['/settings', () => import('./pages/settings.tsx')],
  ['/me', () => import('./pages/my-access.tsx')],
]

const root = createRootRoute({ component: Frame, notFoundComponent: MissingPage, errorComponent: DefectPage })

/** Makes the router. */
export function createConsoleRouter() {
  return createRouter({
    history: tenantHistory(),
    routeTree: root.addChildren(
      pages.map(([path, load]) =>
        createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load), errorComponent: DefectPage }),
      ),
    ),
    // Addresses hold plain texts, so that people can read and write them.
    parseSearch: (text) => readQuery(text),
    stringifySearch: (query) => writeQuery(query),
    defaultPreload: 'intent',
    scrollRestoration: false,
    defaultPendingMs: 400,
  })
}
