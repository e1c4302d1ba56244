/** Scopes as RFC 6749, 3.3 allows them, each once; others are dropped, as people are asked about them and terminals obey control characters. */
export function validScopes(scopes: readonly string[]): readonly string[] {
  return [...new Set(scopes.filter((scope) => /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope)))]
}
