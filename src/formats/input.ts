/** What a format reads from, and how its refusals leave this room. */

import { CuriaError, Refusal } from '../core/index.ts'

/** A file or folder by its path, or a text that somebody has at hand; `name` is what its places are told by. */
export type Input = { readonly path: string } | TextInput

/** A text that somebody has at hand. */
export interface TextInput {
  readonly text: string
  readonly name?: string
}

/** The files of a folder that somebody else has read: paths inside the folder, with `/`. */
export interface FolderInput {
  readonly files: readonly { readonly path: string; readonly text: string }[]
}

/** Runs a reader and throws its refusals as the `CuriaError` of the public doors. */
export async function atDoor<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (fault) {
    throw fault instanceof Refusal ? new CuriaError(fault) : fault
  }
}
