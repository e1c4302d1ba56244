import { lstat, mkdir, mkdtemp } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where what commands in the background print is kept when nobody says otherwise. */
export function backgroundState(): string {
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'keepup', 'background')
}

/** Makes the folder, for this user alone. Where it cannot be had, one that nobody finds again after this program has ended. */
export async function openStateFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    if (await isOwn(path)) return path
  } catch {
    // A home that cannot be written.
  }
  return mkdtemp(join(tmpdir(), 'keepup-background-'))
}

async function isOwn(path: string): Promise<boolean> {
  const { uid, mode } = await lstat(path)
  const own = process.getuid === undefined || uid === process.getuid()
  return own && (mode & 0o022) === 0
}
