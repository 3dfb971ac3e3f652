/** Which tenant the console is of: the one that stands in front of its addresses, `/t/acme`; without it `main`. */

/** What stands in front of every address: `/t/acme`, or nothing. It is the same for as long as the page is open. */
export const tenantPath = /^\/t\/[^/]+/.exec(location.pathname)?.[0] ?? ''

/** The id of the tenant; undefined for `main`. */
export const tenantId = tenantPath === '' ? undefined : decodeURIComponent(tenantPath.slice('/t/'.length))

/** An address as the pages know it: without what stands in front. */
export function withoutTenant(pathname: string): string {
  const path = pathname.slice(tenantPath.length)
  return path === '' ? '/' : path
}

/** Where the browser keeps something of this tenant: what is kept of one is nothing to another. */
export function placeFor(name: string): string {
  return tenantId === undefined ? name : `${name}-of-${tenantId}`
}
