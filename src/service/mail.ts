/** Letters by SMTP. */

import { CuriaError, refuse } from '../core/index.ts'

/** What is sent: plain text, to one address. */
export interface Letter {
  readonly to: string
  readonly subject: string
  readonly text: string
}

export interface Mailer {
  /** Throws `source_unavailable` when the mail server does not take it. */
  send(letter: Letter): Promise<void>
}

export interface MailOptions {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. */
  readonly server: string
  /** `Curia <curia@example.org>`, or the address alone. */
  readonly from: string
}

const patience = 10_000

/** Whether the mail server is on this machine: then nobody is in between. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

/** A mailer. Connects for each letter, and takes a server elsewhere only with TLS when a password goes to it. */
export function smtpMailer({ server, from }: MailOptions): Mailer {
  const { protocol, hostname, port, username, password } = new URL(server)
  const host = hostname.replace(/^\[|\]$/g, '')
  const hasUser = username !== ''
  const options = {
    host,
    port: port === '' ? (protocol === 'smtps:' ? 465 : 587) : Number(port),
    secure: protocol === 'smtps:',
    requireTLS: hasUser && protocol === 'smtp:' && !isLoopback(host),
    ...(hasUser ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } } : {}),
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
  return {
    async send({ to, subject, text }) {
      // Loaded when it is needed: most programs send nothing.
      const { createTransport } = await import('nodemailer')
      const transport = createTransport(options)
      try {
        // As an object, so that a comma in an address does not make two of it.
        await transport.sendMail({ from, to: { name: '', address: to }, subject, text })
      } catch (cause) {
        throw new CuriaError(refuse('source_unavailable', { source: 'mail', reason: 'the mail server did not take the letter' }), { cause })
      } finally {
        transport.close()
      }
    },
  }
}
