/** Whether a matcher stands for everything. */
function isEverything(matcher: string): boolean {
  return matcher === '' || matcher === '*'
}

/**
 * Names in a list, or a regular expression where any other character stands: as Claude Code reads matchers, and Codex with fewer characters in its lists.
 * What is no regular expression matches everything: a guard that is run too often is better than one that never is.
 */
export function matchesListOrPattern(matcher: string, names: readonly string[], list: RegExp): boolean {
  if (isEverything(matcher)) return true
  if (!list.test(matcher)) return matchesPattern(matcher, names)
  const listed = matcher.split(/[|,]/).map((name) => name.trim())
  return names.some((name) => listed.includes(name))
}

/** A regular expression that is looked for in the name. */
export function matchesPattern(matcher: string, names: readonly string[]): boolean {
  if (isEverything(matcher)) return true
  const pattern = patternOf(matcher)
  return pattern === undefined || names.some((name) => pattern.test(name))
}

/** The regular expression of a matcher, or `undefined` where it is none. */
export function patternOf(matcher: string): RegExp | undefined {
  try {
    return new RegExp(matcher)
  } catch {
    return undefined
  }
}
