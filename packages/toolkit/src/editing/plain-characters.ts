/** Characters that models take for a plain one: quotes, dashes and spaces of typography. Each is one UTF-16 unit, so that places stay the same. */
const families: readonly (readonly [plain: string, alike: string])[] = [
  ["'", '\u2018\u2019\u201A\u201B\u2032'],
  ['"', '\u201C\u201D\u201E\u201F\u2033'],
  ['-', '\u2010\u2011\u2012\u2013\u2014\u2015\u2212'],
  [' ', '\u00A0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u3000'],
]
const plainOf = new Map(
  families.flatMap(([plain, alike]) => alike.split('').map((one) => [one, plain] as const)),
)
const anyAlike = new RegExp(`[${families.map(([, alike]) => alike).join('')}]`, 'g')

/** A text with plain quotes, dashes and spaces, as long as before. */
export function withPlainCharacters(text: string): string {
  return text.replaceAll(anyAlike, (one) => plainOf.get(one) ?? one)
}
