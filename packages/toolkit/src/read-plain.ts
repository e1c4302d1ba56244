import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'

/** Opening a pipe waits for whoever writes into it, perhaps for ever; so it does not. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK

/** The bytes of a plain file. Fails as the system does, and where it is anything else: a pipe in its place could hold up the whole program. */
export async function readPlain(path: string): Promise<Buffer> {
  const handle = await open(path, flags)
  try {
    checkKind(path, await handle.stat())
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

/** The text of a plain file; empty where there is none, or it cannot be read. */
export function readPlainText(path: string): string {
  try {
    const file = openSync(path, flags)
    try {
      checkKind(path, fstatSync(file))
      return readFileSync(file, 'utf8')
    } finally {
      closeSync(file)
    }
  } catch {
    return ''
  }
}

function checkKind(path: string, found: { isFile(): boolean; isDirectory(): boolean }): void {
  if (found.isFile()) return
  const code = found.isDirectory() ? 'EISDIR' : 'EINVAL'
  throw Object.assign(new Error(`${path} is no plain file`), { code })
}
