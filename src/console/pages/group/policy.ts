/** A policy as the board edits it: names by relation, and in a table by group type or standing. */

import type { AnswerOf } from '../../../api/client.ts'

/** A whole policy. */
export type Policy = AnswerOf<'settings'>['policy']
type Entry = Policy['owner']
export type PolicyKey = keyof Policy

/** The row of an entry that is for everybody of the relation. */
export const otherwise = 'default'

/** The rows of an entry: codename and names; the one for everybody first, also when the entry says nothing for it. */
export function rowsOf(entry: Entry): readonly (readonly [codename: string, names: readonly string[]])[] {
  const rows: readonly (readonly [string, readonly string[]])[] = isList(entry) ? [[otherwise, entry]] : Object.entries(entry)
  const all = rows.find(([codename]) => codename === otherwise)
  return [all ?? [otherwise, []], ...rows.filter(([codename]) => codename !== otherwise)]
}

/** The entry with this name switched in one of its rows. A table that has only the row for everybody is a list again. */
export function withName(entry: Entry, codename: string, name: string, on: boolean): Entry {
  const rows = new Map(rowsOf(entry))
  const names = rows.get(codename) ?? []
  rows.set(codename, on ? [...new Set([...names, name])].sort() : names.filter((each) => each !== name))
  return rows.size === 1 ? (rows.get(otherwise) ?? []) : Object.fromEntries(rows)
}

/** The entry with a row of its own for a group type or standing, which begins as everybody's. */
export function withRow(entry: Entry, codename: string): Entry {
  const rows = new Map(rowsOf(entry))
  rows.set(codename, rows.get(codename) ?? rows.get(otherwise) ?? [])
  return Object.fromEntries(rows)
}

/** The keys in which two policies differ. */
export function differing(one: Policy, other: Policy): readonly PolicyKey[] {
  return (Object.keys(one) as PolicyKey[]).filter((key) => JSON.stringify(tidy(one[key])) !== JSON.stringify(tidy(other[key])))
}

/** One entry has one form. */
function tidy(entry: Entry): readonly unknown[] {
  return rowsOf(entry)
    .map(([codename, names]) => [codename, [...names].sort()] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
}

/** All names in the policy, and the four that every policy may use. */
export function namesIn(policy: Policy): readonly string[] {
  const names = Object.values(policy).flatMap((entry: Entry) => rowsOf(entry).flatMap(([, each]) => each))
  return [...new Set(['view', 'change', 'delete', 'add', ...names])]
}

function isList(entry: Entry): entry is readonly string[] {
  return Array.isArray(entry)
}
