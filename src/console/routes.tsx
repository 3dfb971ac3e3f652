/** The addresses of the console as the router knows them. */

import type { RouterHistory } from '@tanstack/react-router'
import { createBrowserHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { readQuery, writeQuery } from './data/address.ts'
import { tenantPath, withoutTenant } from './data/tenant-path.ts'
import { pages } from './page-files.ts'
import { Frame } from './shell/frame.tsx'
import { DefectPage, MissingPage } from './shell/missing.tsx'

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

/** The addresses of the browser, seen without what stands in front: pages and links know nothing of it. */
function tenantHistory(): RouterHistory {
  return createBrowserHistory({
    parseLocation: () => {
      const { search, hash } = location
      const pathname = withoutTenant(location.pathname)
      // The router numbers its entries; one that something else has made has no number yet.
      return { pathname, search, hash, href: `${pathname}${search}${hash}`, state: history.state ?? { __TSR_index: 0 } }
    },
    createHref: (path) => `${tenantPath}${path}`,
  })
}
