import { existsSync, lstatSync, type Stats, renameSync } from 'node:fs'

/** What is appended to the name of a file that was made harmless. */
export const heldBack = '.held-back-by-keepup'

/** Takes a file or folder out of the way of the programs that would obey it, by another name. Answers that name; `undefined` where that failed. */
export function holdBack(path: string): string | undefined {
  for (let count = 0; count < 1_000; count++) {
    const aside = `${path}${heldBack}${count === 0 ? '' : `.${count}`}`
    if (existsSync(aside)) continue
    try {
      renameSync(path, aside)
      return aside
    } catch {
      return undefined
    }
  }
  return undefined
}

/** What stands at a path, links not followed; `undefined` for nothing. */
export function lookAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}
