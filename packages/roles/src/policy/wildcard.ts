/** Whether a text fits a pattern: `*` stands for any characters, none included, `?` for one. Takes time of their lengths' product at most. */
export function fitsWildcard(pattern: string, text: string): boolean {
  let [inPattern, inText, star, mark] = [0, 0, -1, 0]
  while (inText < text.length) {
    const wanted = pattern[inPattern]
    if (wanted === '*') {
      star = inPattern
      mark = inText
      inPattern += 1
    } else if (wanted === '?' || wanted === text[inText]) {
      inPattern += 1
      inText += 1
    } else if (star >= 0) {
      inPattern = star + 1
      mark += 1
      inText = mark
    } else return false
  }
  while (pattern[inPattern] === '*') inPattern += 1
  return inPattern === pattern.length
}
