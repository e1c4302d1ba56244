import type { JsonValue } from '@keepup/core'

/** @limit In characters: a longer value of a schema is text. */
const longest = 64
const mostWords = 4

/** Names that mean something to the language itself. */
const reserved = new Set(['__proto__', 'constructor', 'prototype'])

/** Whether a parameter's name is one that a model can be shown: an identifier, of no meaning to JavaScript. */
export function isPlainKey(key: string): boolean {
  return /^[\w$@][\w$.@:/[\]-]{0,63}$/.test(key) && !reserved.has(key)
}

/**
 * Whether a value of a schema (of `enum`, `default`, `const`, `format`) is a token and no text: short, of few words, without what is not seen. Instructions need more
 * room than a token has.
 */
export function isPlainValue(value: JsonValue): boolean {
  if (typeof value === 'string') {
    const isShort = value.length <= longest && value.split(/[\s_,;]+/).length <= mostWords + 2
    return (
      isShort &&
      value.split(/\s+/).length <= mostWords &&
      /^[\p{L}\p{M}\p{N} !#-/:;=?@[\]^_{|}~+]*$/u.test(value)
    )
  }
  if (Array.isArray(value)) return value.every(isPlainValue)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, each]) => isPlainKey(key) && isPlainValue(each))
}
