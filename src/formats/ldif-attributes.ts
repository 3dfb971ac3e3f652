/** Attributes of people in a directory that are kept under their own names. */

/** Those of the class inetOrgPerson, which any directory takes. */
export const personAttributes: readonly string[] = [
  'title',
  'employeeNumber',
  'employeeType',
  'departmentNumber',
  'o',
  'ou',
  'l',
  'roomNumber',
  'telephoneNumber',
  'mobile',
  'preferredLanguage',
]

/** Those and what other classes add. */
export const keptAttributes: readonly string[] = [
  ...personAttributes,
  'department',
  'uidNumber',
  'gidNumber',
  'homeDirectory',
  'loginShell',
]
