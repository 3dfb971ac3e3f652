/** What the content policy of the page asks of scripts: the nonce for style elements, and that no text ever becomes markup. */

interface Policies {
  createPolicy(name: string, rules: { createHTML(text: string): string }): unknown
}

/** The nonce of this answer, which the server put into the page. */
export function styleNonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')
  return meta?.nonce ?? ''
}

/**
 * The component library fills its style elements through `innerHTML`. What holds no `<` cannot become an element, so just that is let
 * through; everything else is refused by the browser (Trusted Types), whoever tries it.
 */
export function allowTextAsStyle(): void {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: Policies }
  trustedTypes?.createPolicy('default', {
    createHTML(text) {
      if (text.includes('<')) throw new TypeError('text must not become markup')
      return text
    },
  })
}
