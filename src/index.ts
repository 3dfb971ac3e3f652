/** The door of the library: `import { createAccess } from 'curia'`. */

export type { AccessOptions, ProgramOptions } from './assemble.ts'
export { createAccess } from './assemble.ts'
export type * from './core/index.ts'
export { CuriaError, errorCodes } from './core/index.ts'
export type * from './service/access.ts'
export type { Catalogue, TypedAccess } from './service/catalogue.ts'
export { defineCatalogue } from './service/catalogue.ts'
export { definePlugin } from './service/plugins.ts'
