/** Every engine that the bench can open, by its name. Each is loaded by the process that holds it. */

import type { OpenContender } from '../contender.ts'

export interface ContenderEntry {
  /** As the table calls it. */
  readonly label: string
  readonly open: OpenContender
}

export const contenders = {
  curia: { label: 'Curia', open: async (world) => (await import('./curia.ts')).openCuria(world) },
  'curia-handles': { label: 'Curia by handles', open: async (world) => (await import('./curia-handles.ts')).openCuriaHandles(world) },
  casbin: { label: 'casbin', open: async (world) => (await import('./casbin.ts')).openCasbin(world) },
  'casl-kept': { label: 'CASL, an ability kept for each user', open: async (world) => (await import('./casl.ts')).openCaslKept(world) },
  'casl-built': { label: 'CASL, an ability built for each check', open: async (world) => (await import('./casl.ts')).openCaslBuilt(world) },
  cedar: { label: 'Cedar (WebAssembly)', open: async (world) => (await import('./cedar.ts')).openCedar(world) },
  'better-auth': {
    label: 'better-auth access control',
    open: async (world) => (await import('./role-libraries.ts')).openBetterAuth(world),
  },
  accesscontrol: { label: 'accesscontrol', open: async (world) => (await import('./role-libraries.ts')).openAccessControl(world) },
  rbac: { label: '@rbac/rbac', open: async (world) => (await import('./role-libraries.ts')).openRbac(world) },
  spicedb: { label: 'SpiceDB, embedded', open: async (world) => (await import('./spicedb.ts')).openSpiceDB(world) },
  'sqlite-recursive': { label: 'SQLite, recursive query', open: async (world) => (await import('./sqlite.ts')).openSqliteRecursive(world) },
  'sqlite-closure': { label: 'SQLite, closure table', open: async (world) => (await import('./sqlite.ts')).openSqliteClosure(world) },
  'postgres-recursive': {
    label: 'PostgreSQL, recursive query',
    open: async (world) => (await import('./postgres.ts')).openPostgresRecursive(world),
  },
  'postgres-closure': {
    label: 'PostgreSQL, closure table',
    open: async (world) => (await import('./postgres.ts')).openPostgresClosure(world),
  },
} as const satisfies { readonly [name: string]: ContenderEntry }

export type ContenderName = keyof typeof contenders

export function isContenderName(name: string): name is ContenderName {
  return Object.hasOwn(contenders, name)
}
