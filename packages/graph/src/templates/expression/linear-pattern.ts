import { KeepupError } from '@keepup/core'
import { RE2JS } from 're2js'

/** The longest pattern, in characters. */
const longestPattern = 1_000

/** A regular expression (RE2 syntax) that takes time linear in the text, whatever the pattern and the text are. */
export interface LinearPattern {
  /** Whether it is found anywhere in the text. */
  found(text: string): boolean
  /** A group of every match, in order; 0 is the whole match. Empty where the pattern has no such group. */
  groups(text: string, group: number): readonly string[]
}

/** How a pattern is read. Case counts and `.` ends at a line's end when left out. */
export interface PatternOptions {
  readonly ignoreCase?: boolean
  readonly dotAll?: boolean
}

/**
 * Reads a pattern. Look-around and back-references are not of RE2: they cannot be matched in linear time.
 *
 * @throws KeepupError `input-invalid`
 */
export function linearPattern(pattern: string, options: PatternOptions = {}): LinearPattern {
  if (pattern.length > longestPattern) {
    throw new KeepupError(
      'input-invalid',
      `the pattern has ${pattern.length} characters. Keep it under ${longestPattern}.`,
    )
  }
  const compiled = compile(pattern, options)
  return {
    found: (text) => compiled.matcher(text).find(),
    groups: (text, group) => {
      const found: string[] = []
      if (group < 0 || group > compiled.groupCount()) return found
      const matcher = compiled.matcher(text)
      while (matcher.find()) found.push(matcher.group(group) ?? '')
      return found
    },
  }
}

function compile(pattern: string, { ignoreCase = false, dotAll = false }: PatternOptions): RE2JS {
  try {
    return RE2JS.compile(pattern, (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (dotAll ? RE2JS.DOTALL : 0))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new KeepupError(
      'input-invalid',
      `${reason}. Write a pattern as RE2 has them: without look-around or back-references.`,
      {
        cause: error,
      },
    )
  }
}
