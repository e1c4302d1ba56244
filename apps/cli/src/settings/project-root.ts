import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The nearest folder at or above one that is a project's; the folder itself where there is none. */
export function projectRoot(folder: string): string {
  for (let current = folder; ; current = dirname(current)) {
    if (['.git', 'keepup.json', '.keepup'].some((name) => existsSync(join(current, name)))) return current
    if (dirname(current) === current) return folder
  }
}
