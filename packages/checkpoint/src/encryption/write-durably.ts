import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a small file whole and, once this resolves, safe from a loss of power; for its owner alone. `new`: one that is there stays as it is, which is told by
 * `false`; `replace`: it gives way in one step.
 */
export async function writeDurably(path: string, text: string, how: 'new' | 'replace'): Promise<boolean> {
  const draft = `${path}.${crypto.randomUUID()}.draft`
  let isWritten = true
  try {
    await using file = await open(draft, 'wx', 0o600)
    await file.writeFile(text)
    await file.sync()
    if (how === 'replace') await rename(draft, path)
    else isWritten = await linkNew(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
  await syncFolder(dirname(path))
  return isWritten
}

async function linkNew(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** What was made and removed in a folder survives a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows does not open folders.
  if (process.platform === 'win32') return
  await using handle = await open(folder, 'r')
  await handle.sync()
}

/** `undefined` for what is not there; any other error is thrown on. */
export function missing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
