import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The name of a project's configuration file. */
export const projectFileName = 'keepup.json'

/** The nearest `keepup.json` at or above a folder. */
export function findProjectFile(folder: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const candidate = join(current, projectFileName)
    if (existsSync(candidate)) return candidate
    if (dirname(current) === current) return undefined
  }
}
