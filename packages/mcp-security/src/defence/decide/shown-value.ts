/** @limit Characters: what is longer is cut where a person is shown it. */
const longest = 160

/** A value as a person is shown it: one line, in quotes, with what nobody sees spelled out, so that it cannot pass for a part of the question. */
export function shownValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  const seen = text.replaceAll(
    /[\p{Cf}\p{Cc}\p{Co}\u2028\u2029]/gu,
    (hidden) => `\\u{${(hidden.codePointAt(0) ?? 0).toString(16)}}`,
  )
  return seen.length > longest ? `${seen.slice(0, longest)}… (${seen.length} characters)` : seen
}

/** What stands around a value in a longer text. */
export function quoteAround(text: string, value: string): string {
  const at = text.toLowerCase().indexOf(value.toLowerCase())
  if (at < 0) return shownValue(text)
  const from = Math.max(0, at - 50)
  const to = at + value.length + 50
  return shownValue(`${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`)
}
