import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'

/** The path of Python 3 where it is installed. Relative folders of PATH are passed over: what lies there may be of the project. */
export async function findPython(path: string = process.env['PATH'] ?? ''): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((entry) => isAbsolute(entry))) {
    const program = join(folder, 'python3')
    try {
      await access(program, constants.X_OK)
      return program
    } catch {
      // Not here.
    }
  }
  return undefined
}
