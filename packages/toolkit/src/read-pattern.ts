import { KeepupError } from '@keepup/core'

/** A regular expression as a model writes it, with `(?i)` before it to ignore case. Fails `tool-input-invalid`, saying what is wrong with it. */
export function readPattern(pattern: string): RegExp {
  const [, flag, source = ''] = /^(\(\?i\))?([\s\S]*)$/.exec(pattern) ?? []
  const flags = flag === undefined ? '' : 'i'
  try {
    return new RegExp(source, `${flags}u`)
  } catch {
    // Unicode mode refuses escapes that other dialects know, such as `\-` or `\"`.
    return readLeniently(source, flags)
  }
}

function readLeniently(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new KeepupError(
      'tool-input-invalid',
      `${reason}. Write a JavaScript regular expression, with a backslash before ( ) [ ] { } . * + ? ^ $ | where they stand for themselves.`,
      { cause: error },
    )
  }
}
