import { KeepupError } from '@keepup/core'

import { readSource } from '../source-text.ts'
import type { PooledServer } from './server-pool.ts'
import type { ServerSession } from './server-session.ts'

/** Tells a server of everything that changed on the disk since it was asked last. */
export async function refreshSession(
  session: ServerSession,
  { watch }: PooledServer,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const { documents } = session
  const changes = await watch.changes(signal)
  const open = new Set(documents.paths())
  for (const { path } of changes.filter((change) => open.has(change.path))) await showFile(session, path)
  session.filesChanged(changes.filter(({ path }) => !open.has(path)))
}

/** Shows a server a file as it is on the disk. `undefined` where there is none that could be shown. */
async function showFile({ documents }: ServerSession, path: string): Promise<string | undefined> {
  const text = await readSource(path)
  if (text === undefined) documents.close(path)
  else documents.show(path, text)
  return text
}

/** The same, for a file that must be there. */
export async function showExisting(session: ServerSession, path: string): Promise<string> {
  const text = await showFile(session, path)
  if (text !== undefined) return text
  throw new KeepupError(
    'tool-failed',
    `"${path}" is no text file that could be looked at. Look for it with glob.`,
  )
}
