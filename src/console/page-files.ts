/** Every address of the console and the file of the page that answers it. A page is loaded when somebody goes there. */

import type { ComponentType } from 'react'

type Load = () => Promise<{ readonly default: ComponentType }>

/** Which file answers at which address; `$name` is a part of the address that the page reads. One line a page. */
export const pages: readonly (readonly [path: string, load: Load])[] = [
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

/** The file of the page at an address, to have it before the router asks for it. */
export function fileOf(pathname: string): Load | undefined {
  const parts = pathname.split('/').filter((part) => part !== '')
  return pages.find(([path]) => {
    const names = path.split('/').filter((part) => part !== '')
    return names.length === parts.length && names.every((name, place) => name.startsWith('$') || name === parts[place])
  })?.[1]
}
