import { RE2JS } from 're2js'

/** The longest pattern of paths, in characters. */
const longest = 1_000

/** Patterns that were compiled already: a policy asks again with every call. */
export type PathPatterns = Map<string, RE2JS>

/** Whether a regular expression can be matched in time linear in the path (RE2 syntax). */
export function isPathPattern(pattern: string): boolean {
  return compiled(pattern, new Map()) !== undefined
}

/** Whether a pattern is found in a path. One that cannot be compiled is found nowhere. */
export function fitsPathPattern(pattern: string, path: string, patterns: PathPatterns): boolean {
  return compiled(pattern, patterns)?.matcher(path).find() ?? false
}

function compiled(pattern: string, patterns: PathPatterns): RE2JS | undefined {
  const known = patterns.get(pattern)
  if (known !== undefined || pattern.length > longest) return known
  try {
    const made = RE2JS.compile(pattern)
    patterns.set(pattern, made)
    return made
  } catch {
    return undefined
  }
}
