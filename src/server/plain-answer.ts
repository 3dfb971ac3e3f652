/** An answer that is there as a whole, before anybody says how it is sent; and what every answer says to browsers. */

/** A status, a text, and what stands in the head. */
export interface PlainAnswer {
  readonly status: number
  /** By names in lower case. */
  readonly headers: { readonly [name: string]: string }
  readonly text: string
}

/** The answer as the web has it. */
export function responseOf({ status, headers, text }: PlainAnswer): Response {
  return new Response(text, { status, headers })
}

/** What every answer says to browsers, whatever it is, unless it says otherwise itself. */
export const securityHeaders: { readonly [name: string]: string } = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}
/** Whoever has come by TLS once comes by TLS. */
export function transportHeaders(isTls: boolean, publicUrl: string | undefined): { readonly [name: string]: string } {
  return isTls || publicUrl?.startsWith('https:') === true ? strictTransport : {}
}
const strictTransport = { 'strict-transport-security': 'max-age=31536000' }
