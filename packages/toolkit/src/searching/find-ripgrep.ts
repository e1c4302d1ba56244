import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'

/** The path of ripgrep where it is installed. Relative folders of PATH are passed over: what lies there may be of the project. */
export async function findRipgrep(path: string = process.env['PATH'] ?? ''): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'rg.exe' : 'rg'
  for (const folder of path.split(delimiter).filter((entry) => isAbsolute(entry))) {
    const program = join(folder, name)
    try {
      await access(program, constants.X_OK)
      return program
    } catch {
      // Not here.
    }
  }
  return undefined
}
