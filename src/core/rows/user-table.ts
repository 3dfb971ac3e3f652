/** The users of a tenant: what is asked all the time in the columns of their references, the rest as text, without what most leave as it is. */

import { foldedKey } from '../name.ts'
import type { User } from '../principal.ts'
import type { Origin, RecordBase } from '../record.ts'
import type { Columns } from './columns.ts'
import type { FieldNames } from './json-fields.ts'
import { endOfValue, goesOn, readFields, valueIn } from './json-fields.ts'
import type { References } from './references.ts'
import { referenceFlags } from './references.ts'
import type { Bookkeeping, Rows } from './row.ts'
import { MadeRows, rowsOf } from './row.ts'
import { TextIndex } from './text-index.ts'
import { Texts } from './texts.ts'

/** What most users leave as it is. */
const usual = { emails: [], attributes: {}, networks: [], externalIds: {}, status: 'active' } as const

export class UserTable {
  readonly #references: References
  readonly #bookkeeping: Bookkeeping
  readonly #rows = new MadeRows((number) => this.#make(number))
  /** The rest of each row as JSON, by the number of its reference: see `restOf`. */
  readonly #rest = new Texts()
  readonly #byName = new TextIndex()
  readonly #byEmail = new TextIndex()
  /** Whoever walks through all users in pieces finds here the numbers that were given or taken away meanwhile. */
  readonly walks = new Set<Set<number>>()
  size = 0

  constructor(references: References, bookkeeping: Bookkeeping) {
    this.#references = references
    this.#bookkeeping = bookkeeping
  }

  get bytes(): number {
    return this.#byName.bytes + this.#byEmail.bytes + this.#rest.bytes
  }

  find(id: string): number {
    const number = this.#references.findOf('user', id)
    return number !== 0 && this.#references.is(number, referenceFlags.isThere) ? number : 0
  }

  get(id: string): User | undefined {
    const number = this.find(id)
    return number === 0 ? undefined : this.#rows.get(number)
  }

  /** Adds a row; one with its id must not stand. Gives its number. */
  add(user: User): number {
    const number = this.#references.keepOf('user', user.id)
    this.#rest.set(number, restOf(user))
    this.#references.base.set(number, this.#bookkeeping.take(user))
    this.#references.setFlags(number, referenceFlags.isThere | (user.status === 'active' ? referenceFlags.isActive : 0))
    this.#byName.add(foldedKey(user.userName), number)
    if (user.emails[0] !== undefined) this.#byEmail.add(foldedKey(user.emails[0]), number)
    this.size += 1
    this.#tell(number)
    return number
  }

  remove(number: number): void {
    const user = this.#rows.get(number)
    this.#rows.forget(number)
    this.#byName.remove(foldedKey(user.userName), number)
    if (user.emails[0] !== undefined) this.#byEmail.remove(foldedKey(user.emails[0]), number)
    this.#rest.delete(number)
    this.#bookkeeping.release(this.#references.base.get(number))
    this.#references.setFlags(number, 0)
    this.#references.release(number)
    this.size -= 1
    this.#tell(number)
  }

  /** Whether the source that it came from is not among those that are disabled. */
  isOriginEnabled(number: number, disabled: ReadonlySet<Origin>): boolean {
    return !disabled.has(this.#bookkeeping.of(this.#references.base.get(number)).origin)
  }

  *all(): IterableIterator<User> {
    for (const number of this.numbers()) yield this.#make(number)
  }

  /** The first number from this one on that stands for a user; 0: there is none. */
  next(from: number): number {
    for (let number = from; number < this.#rest.end; number++) if (this.#rest.has(number)) return number
    return 0
  }

  idOf(number: number): string {
    return this.#references.idOf(number)
  }

  /** A user with no more than the named fields, for whoever looks at many: it costs a fraction of the whole row. */
  glance(number: number, fields: FieldNames): Partial<User> {
    // See `restOf`.
    const { codes, length } = this.#rest.codes(number)
    const endOfName = endOfValue(codes, 1)
    const hasEmails = goesOn(codes, endOfName)
    const endOfEmails = hasEmails ? endOfValue(codes, endOfName + 1) : endOfName
    const found = hasEmails && goesOn(codes, endOfEmails) ? readFields(codes, endOfEmails + 1, length, fields) : {}
    for (const name of fields.names) {
      if (name === 'id') found.id = this.#references.idOf(number)
      else if (name === 'userName') found.userName = valueIn(codes, 1, endOfName)
      else if (name === 'emails') found.emails = hasEmails ? valueIn(codes, endOfName + 1, endOfEmails) : usual.emails
      else if (name in usual) found[name] ??= usual[name as keyof typeof usual]
      else if (isBase(name)) found[name] = this.#bookkeeping.of(this.#references.base.get(number))[name]
    }
    return found
  }

  *numbers(): IterableIterator<number> {
    for (let number = 1; number < this.#rest.end; number++) if (this.#rest.has(number)) yield number
  }

  byName(userName: string): Rows<User> {
    const key = foldedKey(userName)
    return rowsOf(this.#of(this.#byName.candidates(key)).filter((user) => foldedKey(user.userName) === key))
  }

  byEmail(email: string): Rows<User> {
    const key = foldedKey(email)
    return rowsOf(this.#of(this.#byEmail.candidates(key)).filter(({ emails: [first] }) => first !== undefined && foldedKey(first) === key))
  }

  tighten(): void {
    this.#rest.tighten()
  }

  exchange(columns: Columns): void {
    this.size = columns.number('size', this.size)
    this.#rest.exchange(columns.within('rest'))
    this.#byName.exchange(columns.within('byName'))
    this.#byEmail.exchange(columns.within('byEmail'))
  }

  #tell(number: number): void {
    for (const walk of this.walks) walk.add(number)
  }

  #of(numbers: readonly number[]): User[] {
    return numbers.map((number) => this.#rows.get(number))
  }

  #make(number: number): User {
    return {
      id: this.#references.idOf(number),
      ...usual,
      ...readRest(this.#rest.get(number)),
      ...this.#bookkeeping.of(this.#references.base.get(number)),
    }
  }
}

function isBase(field: string): field is keyof RecordBase {
  return field === 'origin' || field === 'createdAt' || field === 'createdBy' || field === 'updatedAt'
}

/** A list: the user name, the addresses, and whatever else is not as usual; what is left at its end is left out. */
type Rest = readonly [userName?: string, emails?: readonly string[], others?: Partial<User>]

function restOf({ id, origin, createdAt, createdBy, updatedAt, userName, emails, ...others }: User): string {
  const kept = Object.entries(others).filter(([field, value]) => !isUsual(field, value))
  if (kept.length > 0) return JSON.stringify([userName, emails, Object.fromEntries(kept)])
  return JSON.stringify(emails.length > 0 ? [userName, emails] : [userName])
}

function readRest(text: string | undefined): Pick<User, 'userName' | 'emails'> & Partial<User> {
  // Written by `restOf` from a whole row.
  const [userName = '', emails = [], others] = JSON.parse(text ?? '[]') as Rest
  return { userName, emails, ...others }
}

function isUsual(field: string, value: unknown): boolean {
  if (field === 'status') return value === 'active'
  if (!(field in usual) || typeof value !== 'object' || value === null) return false
  for (const _ in value) return false
  return true
}
