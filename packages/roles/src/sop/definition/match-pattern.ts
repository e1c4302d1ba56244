import picomatch from 'picomatch'

/** How names and paths are compared with patterns. */
export interface PatternOptions {
  /** Takes names for the same that differ in case: a disk may. */
  readonly ignoreCase?: boolean
}

const known = new Map<string, (text: string) => boolean>()

/** Whether a name or a path matches a pattern. Dot files are files; letters are compared as Unicode composes them. */
export function matchesPattern(
  pattern: string,
  text: string,
  { ignoreCase = false }: PatternOptions = {},
): boolean {
  const key = `${ignoreCase ? 'i' : 'c'}${pattern}`
  let matches = known.get(key)
  if (matches === undefined) {
    if (known.size > 1_000) known.clear()
    const plain = pattern.normalize('NFC').replace(/^\.\//, '')
    const folded = ignoreCase ? plain.toLowerCase() : plain
    known.set(
      key,
      (matches = picomatch(folded.endsWith('/') ? `${folded}**` : folded, { dot: true, nonegate: true })),
    )
  }
  const composed = text.normalize('NFC')
  return matches(ignoreCase ? composed.toLowerCase() : composed)
}

/** Whether a path matches any of some patterns. */
export function matchesAny(patterns: readonly string[], path: string, options?: PatternOptions): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, path, options))
}
