const meanings: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  "'": "'",
  '`': '`',
  '\\': '\\',
}
const sequence = /\\([nrt"'`\\])/g

/** An old and a new text with the escape sequences resolved that a model wrote once too often. */
export interface Unescaped {
  readonly oldText: string
  readonly newText: string
}

/**
 * Resolves the escape sequences of both texts. `undefined` where the old text has none, or where it cannot be told whether those of the new text stand for
 * themselves: it has kinds that the old one has not, or one of them has both real line breaks and escaped ones.
 */
export function unescapeTexts(oldText: string, newText: string): Unescaped | undefined {
  const kinds = kindsOf(oldText)
  if (kinds.size === 0) return undefined
  for (const kind of kindsOf(newText)) if (!kinds.has(kind)) return undefined
  if (kinds.has('n') && /[\r\n]/.test(oldText + newText)) return undefined
  return { oldText: unescape(oldText), newText: unescape(newText) }
}

function kindsOf(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(sequence), ([, kind = '']) => kind))
}

function unescape(text: string): string {
  return text.replaceAll(sequence, (_, kind: string) => meanings[kind] ?? kind)
}
