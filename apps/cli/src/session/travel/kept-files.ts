import { filesAt } from '@keepup/checkpoint'
import type { Sequence } from '@keepup/core'
import type { GitWorkspace } from '@keepup/workspace'

import { openFiles } from '../../running/project-files.ts'
import type { SessionHandle } from '../session-handle.ts'

/** Does something with the snapshots of a session's folder. */
export async function withKeptFiles<Result>(
  session: SessionHandle,
  work: (workspace: GitWorkspace) => Promise<Result>,
): Promise<Result> {
  const { line, store, conversation } = session
  await using workspace = await openFiles(conversation.place.folder, line.host.environment, store.path)
  return await work(workspace)
}

/** How the files of now differ from those of a position, as git prints it; `undefined` where none were kept by then. */
export async function differenceSince(session: SessionHandle, at: Sequence): Promise<string | undefined> {
  const { store, conversation } = session
  const snapshot = await filesAt(store.checkpointer, conversation.place.thread, at)
  if (snapshot === undefined) return undefined
  return withKeptFiles(session, (workspace) => workspace.difference(snapshot))
}
