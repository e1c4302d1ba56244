import { KeepupError } from '@keepup/core'

/** A regular expression as a model writes it, with `(?i)` before it to ignore case. Fails `tool-input-invalid`, saying what is wrong with it. */
export function readPattern(pattern: string): RegExp {
  const [, flag, source = ''] = /^(\(\?i\))?([\s\S]*)$/.exec(pattern) ?? []
  const flags = flag === undefined ? '' : 'i'
  try {
    return new RegExp(withUsualEscapes(source), `${flags}u`)
  } catch {
    // Escapes of letters that mean nothing, such as `\y`.
    return readLeniently(source, flags)
  }
}

/** Unicode mode refuses escapes that other dialects know, such as `\-` or `\"`: what has no meaning of its own is written by its number. */
function withUsualEscapes(source: string): string {
  return source.replaceAll(/\\([ -~])/g, (escape, sign: string) =>
    /[A-Za-z0-9^$\\.*+?()[\]{}|/]/.test(sign) ? escape : `\\x${(sign.codePointAt(0) ?? 0).toString(16)}`,
  )
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
