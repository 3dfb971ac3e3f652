/**
 * A small world written as facts, a line each, for tests that should read like the rule they test.
 *
 * ```text
 * type folder: view, edit in folder
 * role editor: folder.view, folder.edit
 * role chief: editor, chat.export
 * group:team under group:company
 * group:staff has user:ada, group:team
 * group:staff has user:bob as lead until 2026-04-01
 * folder:plans in folder:top
 * folder:plans owned by user:ada
 * allow group:staff editor on folder:plans
 * deny  group:guests folder.edit on folder:plans from 2026-04-01 if context.night
 * ```
 *
 * People, groups and resources are there as soon as a line names them. What a grant gives is a role that a line declares (or a built-in
 * one), else a permission when it has a dot, else an action of the resource's type; without `on` it is on the tenant. Line comments start with `#`.
 */

import type { Change, ConditionCompiler, Instant, InstantInput, MemberReference, Questions, ResourceReference } from '../core/index.ts'
import {
  CuriaError,
  idOf,
  noConditions,
  orThrow,
  prepare,
  questionsOf,
  quoted,
  Refusal,
  readChange,
  readInstant,
  readMember,
  readResource,
  readSubject,
  redo,
  refuse,
  refusing,
  Snapshot,
  tenantResource,
  typeOf,
} from '../core/index.ts'

export interface GivenOptions {
  /** When the facts are written and the questions asked. Default `2026-03-15T12:00:00.000Z`. */
  readonly now?: InstantInput
  /** Compiles what stands behind `if`. Without it such a line is refused (`condition_invalid`). */
  readonly compileCondition?: ConditionCompiler
  /** Made before the lines, such as the catalogue of the program under test. */
  readonly before?: readonly Change[]
}

/**
 * The questions over the world that the lines describe, in memory and without a store.
 * @throws CuriaError `invalid_row` with the line that cannot be read; whatever the changes of the lines are refused with
 */
export function given(text: string, options: GivenOptions = {}): Questions {
  const now: Instant = refusing(() => readInstant(options.now ?? '2026-03-15T12:00:00.000Z', 'now'))
  const snapshot = new Snapshot('main', options.compileCondition ?? noConditions)
  const changes = refusing(() =>
    [...(options.before ?? []), ...changesGiven(text)].map((change, index) => readChange(change, `changes[${index}]`)),
  )
  let made = 0
  const newId = () => `made-${++made}`
  const { rows } = orThrow(prepare(snapshot, changes, { actor: 'system:given', origin: 'local', now, newId }))
  redo(snapshot, rows)
  snapshot.revision = 1
  return questionsOf(
    () => snapshot,
    () => now,
  )
}

/**
 * The changes that make the world of the lines, for a program's own `access.write`. The grant of the third line has the id `line-3`.
 * @throws CuriaError `invalid_row`
 */
export function changesGiven(text: string): readonly Change[] {
  const facts = new Facts()
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trim().replace(/\s+/g, ' ')
    if (words !== '' && !words.startsWith('#')) facts.read(words, index + 1)
  }
  return facts.changes()
}

/** The lines read so far. */
class Facts {
  readonly #catalogue: Change[] = []
  readonly #roles = new Set(['administrator', 'manager'])
  readonly #members = new Map<MemberReference, Change>()
  readonly #resources = new Map<ResourceReference, Change>()
  readonly #places: Change[] = []
  readonly #rights: Change[] = []

  /** In an order in which each stands behind those it names. */
  changes(): readonly Change[] {
    return [...this.#catalogue, ...this.#members.values(), ...this.#resources.values(), ...this.#places, ...this.#rights]
  }

  /** Throws `invalid_row`, also where the words are known and a name in them is none. */
  read(words: string, line: number): void {
    try {
      if (this.#take(words, line)) return
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      throw new CuriaError(refuse('invalid_row', { line, reason: refusal.message }))
    }
    throw new CuriaError(refuse('invalid_row', { line, reason: `${quoted(words)} is no fact that is known here` }))
  }

  #take(words: string, line: number): boolean {
    const ways: readonly (readonly [RegExp, (parts: readonly string[]) => void])[] = [
      [/^type (\S+): (.+?)(?: in (.+))?$/, ([name = '', actions = '', parents]) => this.#type(name, actions, parents)],
      [/^role (\S+): (.+)$/, ([codename = '', names = '']) => this.#role(codename, names)],
      [/^(group:\S+) under (group:\S+)$/, ([group = '', parent = '']) => this.#under(group, parent)],
      [/^(group:\S+) has (.+?)(?: as (\S+))?(?: from (\S+))?(?: until (\S+))?$/, (parts) => this.#membership(parts)],
      [/^(\S+:\S+) in (\S+:\S+)$/, ([resource = '', parent = '']) => this.#inside(resource, parent)],
      [/^(\S+:\S+) owned by (\S+)$/, ([resource = '', owner = '']) => this.#owned(resource, owner)],
      [/^(allow|deny) (\S+) (\S+)(?: on (\S+))?(?: from (\S+))?(?: until (\S+))?(?: if (.+))?$/, (parts) => this.#right(parts, line)],
    ]
    for (const [pattern, take] of ways) {
      const match = pattern.exec(words)
      if (match === null) continue
      take(match.slice(1))
      return true
    }
    return false
  }

  #type(name: string, actions: string, parents: string | undefined): void {
    this.#catalogue.push({
      kind: 'resource-type.create',
      name,
      actions: parts(actions),
      ...(parents === undefined ? {} : { parentTypes: parts(parents) }),
    })
  }

  #role(codename: string, names: string): void {
    const all = parts(names)
    this.#catalogue.push({
      kind: 'role.create',
      codename,
      permissions: all.filter((name) => !this.#roles.has(name)),
      includes: all.filter((name) => this.#roles.has(name)),
    })
    this.#roles.add(codename)
  }

  #under(group: string, parent: string): void {
    this.#places.push({ kind: 'group.move', id: idOf(this.#named(group)), parent: idOf(this.#named(parent)) })
  }

  #membership([group = '', members = '', role, from, until]: readonly string[]): void {
    const id = idOf(this.#named(group))
    for (const member of parts(members)) {
      this.#places.push({
        kind: 'member.add',
        group: id,
        member: this.#named(member),
        ...(role === undefined ? {} : { roles: [role] }),
        ...window(from, until),
      })
    }
  }

  #inside(resource: string, parent: string): void {
    this.#places.push({ kind: 'resource.update', resource: this.#registered(resource), parent: this.#registered(parent) })
  }

  #owned(resource: string, owner: string): void {
    this.#places.push({ kind: 'resource.update', resource: this.#registered(resource), owner: this.#named(owner) })
  }

  #right([effect, who = '', what = '', on, from, until, condition]: readonly string[], line: number): void {
    const subject = readSubject(who, 'subject')
    if (subject.kind === 'principal') this.#named(subject.reference)
    if ('group' in subject) this.#named(`group:${subject.group}`)
    const resource = on === undefined ? tenantResource : this.#registered(on)
    this.#rights.push({
      kind: 'grant.create',
      id: `line-${line}`,
      subject: who,
      resource,
      effect: effect === 'deny' ? 'deny' : 'allow',
      ...(this.#roles.has(what) ? { role: what } : what.includes('.') ? { permission: what } : { actions: [what] }),
      ...window(from, until),
      ...(condition === undefined ? {} : { condition }),
    })
  }

  /** A principal or group, which is there from now on. */
  #named(text: string): MemberReference {
    const reference = readMember(text, 'reference')
    const id = idOf(reference)
    const made: { readonly [type: string]: Change } = {
      user: { kind: 'user.create', id, userName: id },
      service: { kind: 'service.create', id, name: id },
      group: { kind: 'group.create', id, name: id },
    }
    const change = made[typeOf(reference)]
    if (reference !== 'user:anonymous' && change !== undefined && !this.#members.has(reference)) this.#members.set(reference, change)
    return reference
  }

  /** A resource, registered from now on unless it is a record of its own. */
  #registered(text: string): ResourceReference {
    const resource = readResource(text, 'main', 'resource')
    if (['user', 'service', 'group'].includes(typeOf(resource))) this.#named(resource)
    else if (resource !== tenantResource && !this.#resources.has(resource))
      this.#resources.set(resource, { kind: 'resource.create', resource })
    return resource
  }
}

function parts(text: string): readonly string[] {
  return text.split(',').map((part) => part.trim())
}

function window(from: string | undefined, until: string | undefined): { readonly from?: string; readonly until?: string } {
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) }
}
