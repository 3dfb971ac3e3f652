/** The settings of a Django project that used a group manager before (`GROUPS_MANAGER`), read and put into our words, key by key. */

import type { Policy } from '../core/index.ts'
import { flag, policyShape, quoted, Refusal, refuse } from '../core/index.ts'
import type { TextInput } from './input.ts'
import { atDoor } from './input.ts'
import { plain } from './located.ts'
import { parseYaml } from './yaml-text.ts'

/** What became of one key. */
export interface SettingLine {
  /** As it is written there: `GROUP_NAME_PREFIX`, `PERMISSIONS.groups_siblings`. */
  readonly key: string
  readonly outcome: 'mapped' | 'mapped_with_difference' | 'without_equal'
  /** Ours: `policy.siblings`, `targets[].groups.prefix`. */
  readonly to?: string
  /** The difference, or why there is no equal. */
  readonly reason?: string
}

/** Names of accounts, as the settings of a target write them. */
export interface AccountNames {
  readonly prefix?: string
  readonly suffix?: string
  readonly limit?: number
}

/** The settings in our words. */
export interface GroupManagerSettings {
  /** For the settings of the tenant; empty when nothing was said. */
  readonly policy: Partial<Policy>
  /** The target to be put into the configuration; absent when accounts were not mirrored. Its database is not among the settings. */
  readonly target?: {
    readonly kind: 'django'
    readonly existing: 'refuse' | 'use'
    readonly users: AccountNames
    readonly groups: AccountNames
  }
  readonly lines: readonly SettingLine[]
}

/** Texts that the original takes where a setting is left out. */
const usual = { prefix: 'DGM_', suffix: '_$$random' }
/** The original cuts the names of groups there. */
const groupNameLimit = 80

const nameKeys = {
  GROUP_NAME_PREFIX: ['groups', 'prefix'],
  GROUP_NAME_SUFFIX: ['groups', 'suffix'],
  USER_USERNAME_PREFIX: ['users', 'prefix'],
  USER_USERNAME_SUFFIX: ['users', 'suffix'],
} as const

/** Keys of the original without an equal, and why. */
const withoutEqual: ReadonlyMap<string, string> = new Map([
  ['TEMPLATE_STYLE', 'the pages are those of the console, which has one look'],
  ['SLUGIFY_FUNCTION', 'codenames are made by one rule; give the codename when the record is made'],
  ['SLUGIFY_USERNAME_FUNCTION', 'user names are made by one rule; give the user name when the user is made'],
])

const permissionReasons: ReadonlyMap<string, string> = new Map([
  ['owner', 'they hold while the owner is in the group; keepOwner lets them stay'],
  ['groups_siblings', 'groups without a parent are not each other’s siblings unless the setting rootSiblings is on'],
])

/**
 * Reads JSON, YAML, or the dictionary as it stands in a Python file (with `GROUPS_MANAGER =` before it or not).
 * @throws CuriaError `invalid_parameter`, `unknown_field` for a permission key that is none; what is no text of that kind says where
 */
export function readGroupManagerSettings({ text, name }: TextInput): Promise<GroupManagerSettings> {
  return atDoor(() => settingsIn(plain(parseYaml(withoutPython(text), name))))
}

/** Texts and comments, which may hold any bracket; then what opens and closes; then the word for nothing. */
const pythonParts = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[{}()]|\bNone\b/g

/** A Python dictionary of texts, truths, lists and dictionaries is YAML but for what stands around it, tuples and the word for nothing. */
function withoutPython(text: string): string {
  const assigned = /(?:^|\n)\s*GROUPS_MANAGER\s*=\s*(?=\{)/.exec(text)
  if (assigned === null) return text
  const dictionary = text.slice(assigned.index + assigned[0].length)
  let depth = 0
  let end: number | undefined
  const written = dictionary.replace(pythonParts, (part, offset: number) => {
    if (part === '{') depth += 1
    if (part === '}') depth -= 1
    if (part === '}' && depth === 0) end ??= offset
    // As long as what it replaces, so that the end stays where it was found.
    return part === '(' ? '[' : part === ')' ? ']' : part === 'None' ? 'null' : part
  })
  return end === undefined ? written : written.slice(0, end + 1)
}

function settingsIn(value: unknown): GroupManagerSettings {
  const given = objectIn(value, 'GROUPS_MANAGER')
  const settings = 'GROUPS_MANAGER' in given ? objectIn(given.GROUPS_MANAGER, 'GROUPS_MANAGER') : given
  const lines: SettingLine[] = []
  const names: { users: AccountNames; groups: AccountNames } = { users: usual, groups: { ...usual, limit: groupNameLimit } }
  let policy: Partial<Policy> = {}
  let isMirrored = false
  let existing: 'refuse' | 'use' = 'use'

  for (const [key, setting] of Object.entries(settings)) {
    if (key === 'AUTH_MODELS_SYNC') {
      isMirrored = flag.read(setting, key)
      const reason = isMirrored ? 'memberships are mirrored too when it is switched on later' : 'without it there is no target'
      lines.push({ key, outcome: isMirrored ? 'mapped_with_difference' : 'mapped', to: 'targets[]', reason })
    } else if (key === 'AUTH_MODELS_GET_OR_CREATE') {
      existing = flag.read(setting, key) ? 'use' : 'refuse'
      const reason =
        existing === 'use'
          ? 'an account that was there before keeps its name, its fields and its life; one of a superuser or of staff is not used'
          : 'a name that is taken is a conflict of that record, and everything else goes on'
      lines.push({ key, outcome: 'mapped_with_difference', to: `targets[].existing: ${existing}`, reason })
    } else if (Object.hasOwn(nameKeys, key)) {
      // Just looked up.
      const [side, part] = nameKeys[key as keyof typeof nameKeys]
      names[side] = { ...names[side], [part]: nameText(setting, key) }
      const renamed = 'the characters of a random suffix are made once, and stay through every renaming'
      const isRandom = part === 'suffix' && setting === usual.suffix
      lines.push({
        key,
        outcome: isRandom ? 'mapped_with_difference' : 'mapped',
        to: `targets[].${side}.${part}`,
        ...(isRandom ? { reason: renamed } : {}),
      })
    } else if (key === 'PERMISSIONS') {
      policy = policyShape.read(setting, key)
      for (const each of Object.keys(objectIn(setting, key))) lines.push(permissionLine(each))
    } else {
      const reason = withoutEqual.get(key) ?? 'the original knows no such setting, or we do not know it'
      lines.push({ key, outcome: 'without_equal', reason })
    }
  }
  return { policy, lines, ...(isMirrored ? { target: { kind: 'django', existing, ...names } } : {}) }
}

function permissionLine(key: string): SettingLine {
  const ours = key
    .replace('groups_upstream', 'ancestors')
    .replace('groups_downstream', 'descendants')
    .replace('groups_siblings', 'siblings')
  const reason = permissionReasons.get(key) ?? (key === 'group' ? undefined : 'they follow the tree as it is at the moment of the question')
  const line = { key: `PERMISSIONS.${key}`, to: `policy.${ours}` }
  return reason === undefined ? { ...line, outcome: 'mapped' } : { ...line, outcome: 'mapped_with_difference', reason }
}

function nameText(value: unknown, key: string): string {
  if (value === null || value === '') return ''
  if (typeof value === 'string' && value.length <= 100) return value
  throw refuse('invalid_parameter', { field: key, reason: 'must be a text of at most 100 characters' })
}

function objectIn(value: unknown, field: string): { readonly [key: string]: unknown } {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // Any object may be looked at key by key.
    return value as { readonly [key: string]: unknown }
  }
  throw new Refusal('invalid_parameter', {
    field,
    reason: `must be an object of settings, not ${value === null ? 'nothing' : typeof value === 'string' ? quoted(value) : typeof value}`,
  })
}
