import { mkdirSync, rmdirSync } from 'node:fs'

/** Makes folders that stand in for what must not be made. */
export function makePlaceholders(paths: readonly string[]): void {
  for (const path of paths) {
    try {
      mkdirSync(path)
    } catch {
      // Somebody else made it meanwhile: it is there, which is what was wanted.
    }
  }
}

/** Removes them again. What somebody put something into stays: no file is ever removed. */
export function removePlaceholders(paths: readonly string[]): void {
  for (const path of paths) {
    try {
      rmdirSync(path)
    } catch {
      // Not empty, no folder, or gone.
    }
  }
}
