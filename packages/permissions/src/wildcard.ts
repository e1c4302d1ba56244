/**
 * Whether a text fits a pattern in which `*` stands for any characters and `?` for one. Takes time in proportion to both lengths at worst: no pattern
 * backtracks.
 */
export function fitsWildcard(pattern: string, text: string): boolean {
  return fitsSequence(pattern.split(''), text.split(''), '*', (item, part) => item === '?' || item === part)
}

/** Whether the parts of a sequence fit the items of a pattern, in which `many` stands for any number of parts. */
export function fitsSequence(
  items: readonly string[],
  parts: readonly string[],
  many: string,
  fits: (item: string, part: string) => boolean,
): boolean {
  let item = 0
  let part = 0
  // Where to go on when the last `many` must take one part more.
  let retry: { readonly item: number; part: number } | undefined
  while (part < parts.length) {
    const wanted = items[item]
    if (wanted === many) {
      retry = { item: item + 1, part }
      item += 1
    } else if (wanted !== undefined && fits(wanted, parts[part] ?? '')) {
      item += 1
      part += 1
    } else if (retry !== undefined) {
      retry = { item: retry.item, part: retry.part + 1 }
      item = retry.item
      part = retry.part
    } else return false
  }
  return items.slice(item).every((rest) => rest === many)
}
