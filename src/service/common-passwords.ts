/** Whether a password is one of those that are tried first. Long enough passwords are mostly short ones drawn out, so that is what is looked for. */

import { foldedKey } from '../core/index.ts'

/** Words that people make passwords of. */
const words: readonly string[] = [
  'password',
  'passwort',
  'passphrase',
  'motdepasse',
  'contrasena',
  'senha',
  'secret',
  'geheim',
  'welcome',
  'willkommen',
  'letmein',
  'changeme',
  'default',
  'admin',
  'administrator',
  'root',
  'user',
  'login',
  'guest',
  'test',
  'testing',
  'demo',
  'temp',
  'master',
  'access',
  'monkey',
  'dragon',
  'football',
  'baseball',
  'basketball',
  'superman',
  'batman',
  'pokemon',
  'starwars',
  'princess',
  'sunshine',
  'shadow',
  'iloveyou',
  'love',
  'hello',
  'hallo',
  'whatever',
  'computer',
  'internet',
  'security',
  'trustno',
  'qwerty',
  'qwertz',
  'azerty',
  'asdf',
  'yxcv',
  'zxcv',
  'qazwsx',
  'abc',
  'abcd',
  'spring',
  'summer',
  'autumn',
  'winter',
  'fruehling',
  'sommer',
  'herbst',
  'january',
  'february',
  'march',
  'april',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
  'monday',
  'friday',
  'sunday',
  'london',
  'berlin',
  'paris',
  'company',
  'curia',
  'my',
  'the',
  'is',
  'this',
  'new',
  'one',
  'for',
  'and',
  'you',
  'please',
  'mein',
  'mon',
  'correcthorsebatterystaple',
  'batterystaple',
]

/** Rows of keys and of the alphabet, along which fingers walk. */
const walks: readonly string[] = [
  '01234567890123456789',
  '09876543210987654321',
  'abcdefghijklmnopqrstuvwxyz',
  'zyxwvutsrqponmlkjihgfedcba',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  '1q2w3e4r5t6z7u8i9o0p',
  '1q2w3e4r5t6y7u8i9o0p',
  'qazwsxedcrfvtgbyhnujmikolp',
  '!@#$%^&*()',
  '!"§$%&/()=',
  '147258369',
  '741852963',
]

/** Written with digits and signs in place of letters. */
const disguises: { readonly [sign: string]: string } = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

/**
 * Whether a password is common, or says little more than the names of its owner.
 * @param names user name, names and addresses of whom it is for
 */
export function isCommonPassword(password: string, names: readonly string[]): boolean {
  const plain = foldedKey(password)
  const known = [
    ...words,
    ...walks.flatMap(stretches),
    ...names.flatMap((name) => foldedKey(name).split(/[@.\s_+-]+/)).filter((part) => part.length > 2),
  ]
  const undisguised = [...bare(plain)].map((sign) => disguises[sign] ?? sign).join('')
  // What is left when all that is known is taken away is what somebody would have to guess.
  return [plain, undisguised].some((text) => new Set(without(text, known)).size < 4)
}

/** Pieces of a walk of four keys or more, the longest first. */
function stretches(walk: string): readonly string[] {
  const pieces: string[] = []
  for (let length = Math.min(walk.length, 12); length >= 4; length -= 1)
    for (let from = 0; from + length <= walk.length; from += 1) pieces.push(walk.slice(from, from + length))
  return pieces
}

/** The signs of a text that belong to no known piece; of a sign or group of signs that is repeated, one. */
function without(text: string, known: readonly string[]): string {
  const longestFirst = [...known].sort((one, other) => other.length - one.length)
  let left = text
  for (const piece of longestFirst) left = left.replaceAll(piece, '')
  return bare(left)
}

/** Without the digits and signs that people put at the ends. */
function bare(text: string): string {
  return text.replace(/[\s\d\p{P}\p{S}]+$/u, '').replace(/^[\s\d\p{P}\p{S}]+/u, '')
}
