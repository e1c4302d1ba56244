/**
 * A value as one line of JSON in which nothing can end the line, the text or a block of tags: control and format characters, brackets, backticks and line separators
 * of any kind are escaped.
 */
export function quoteJson(value: string | object): string {
  return JSON.stringify(value).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>`]/gu, (found) =>
    found
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}
