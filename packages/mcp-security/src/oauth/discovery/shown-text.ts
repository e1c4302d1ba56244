/** Scopes as RFC 6749, 3.3 allows them; others are dropped, as people are asked about them and terminals obey control characters. */
export function validScopes(scopes: readonly string[]): readonly string[] {
  return [...new Set(scopes.filter((scope) => /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope)))]
}

/** Whether a text is an address that shows what it is: visible ASCII, and a URL. */
export function isPlainUrl(text: string): boolean {
  return /^[\x21-\x7E]+$/.test(text) && URL.canParse(text)
}
