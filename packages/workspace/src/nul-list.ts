/** What a command of git printed with `-z`, item by item. A name that is no UTF-8 cannot be carried: it is in `unreadable`, as far as it can be shown. */
export interface NulList {
  readonly items: readonly string[]
  readonly unreadable: readonly string[]
}

/** Reads items that end with NUL. */
export function readNulList(output: Buffer): NulList {
  const text = output.toString('utf8')
  const items = text.split('\0')
  items.pop()
  if (!text.includes('\uFFFD')) return { items, unreadable: [] }
  return {
    items: items.filter((item) => !item.includes('\uFFFD')),
    unreadable: items.filter((item) => item.includes('\uFFFD')),
  }
}

/** Items as git reads them with `-z`. */
export function nulList(items: Iterable<string>): string {
  return [...items].map((item) => `${item}\0`).join('')
}
