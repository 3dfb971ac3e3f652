/** What Curia writes to people: short and plain, with one link each, which holds the token behind a `#` so that it is in no log. */

import type { Letter } from './mail.ts'

/** To somebody who wants to set a new password. */
export function resetLetter(to: string, link: string): Letter {
  return {
    to,
    subject: 'Set a new password',
    text: lines(
      'Somebody, probably you, wants to set a new password for your account.',
      'This link does it, once, within one hour:',
      link,
      'If it was not you, do nothing: your password stays as it is.',
    ),
  }
}

/** To somebody who has signed up. */
export function confirmationLetter(to: string, link: string): Letter {
  return {
    to,
    subject: 'Confirm your address',
    text: lines(
      'An account was made for this address.',
      'This link confirms that the address is yours, within three days:',
      link,
      'An administrator lets you in. If you made no account, do nothing.',
    ),
  }
}

/** To somebody who wants to sign up with an address that has an account. */
export function knownLetter(to: string, link: string): Letter {
  return {
    to,
    subject: 'You have an account',
    text: lines(
      'Somebody, probably you, wanted to sign up with this address. It has an account already.',
      'Sign in, or set a new password, here:',
      link,
      'If it was not you, do nothing.',
    ),
  }
}

/** To somebody who is invited. */
export function invitationLetter(to: string, link: string, inviter: string, groups: readonly string[]): Letter {
  return {
    to,
    subject: 'You are invited',
    text: lines(
      `${inviter} invites you${groups.length === 0 ? '' : ` to be a member of ${groups.join(', ')}`}.`,
      'With this link you choose your name and your password, within seven days:',
      link,
      'If you do not know what this is about, do nothing.',
    ),
  }
}

function lines(...paragraphs: readonly string[]): string {
  return `${paragraphs.join('\n\n')}\n`
}
