/** Whose memory a scope is, for a person. */
export function scopeText(scope: string): string {
  const name = scope.replace(/^memory:/, '')
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
