const wordBefore = /[\p{L}\p{N}_@./:-]$/u
const wordAfter = /^(?:[\p{L}\p{N}_@/-]|[.:][\p{L}\p{N}_])/u

/**
 * Where `value` stands in `text` as a whole token, or -1; both normalised. `13` is not in `2024-05-13`, `bob@x.com` is not in `bob@x.com.evil`.
 */
export function findToken(text: string, value: string, from = 0): number {
  if (value === '') return -1
  for (let at = text.indexOf(value, from); at >= 0; at = text.indexOf(value, at + 1)) {
    const before = text.slice(Math.max(0, at - 2), at)
    const after = text.slice(at + value.length, at + value.length + 3)
    if (!wordBefore.test(before) && !wordAfter.test(after)) return at
  }
  return -1
}
