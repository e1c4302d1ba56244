import type { AgentState } from '@keepup/loop'

import { readAgentOnly } from '../../graph/read-agent-only.ts'
import { findThread } from '../../store.ts'
import { messageText } from '../../terminal/entry-line.ts'
import { noProgress } from '../../terminal/progress.ts'
import { endPendingRestore } from '../../travel/end-files-restore.ts'
import { threadFolder } from '../../travel/thread-folder.ts'
import type { SessionHandle } from '../session-handle.ts'
import type { Block } from '../view/block.ts'
import { saidText } from '../view/said-text.ts'
import { emptyView, type SessionView } from '../view/session-view.ts'

/** So many of the latest messages are shown again. */
const latest = 6

/** Goes on with another thread: shows the end of it, and whatever of it is open. Fails `thread-unknown`. */
export async function goTo(session: SessionHandle, name: string): Promise<void> {
  const { line, store, conversation } = session
  const thread = await findThread(store, name)
  await endPendingRestore(line, store, thread)
  const state = await readAgentOnly(store, thread)
  const folder = await threadFolder(line, store, thread, undefined)
  session.show(viewOf(state))
  for (const block of blocksOf(state)) session.tell(block)
  await conversation.move({ thread, folder })
  session.tell({ type: 'note', tone: 'quiet', text: standing(thread, state) })
}

/** What is seen of a thread before anything happens to it here. */
export function viewOf({ usage, cost, unpriced, promptTokens, run, turn }: AgentState): SessionView {
  // Calls that were left open are gone on with.
  const inputs = new Map((turn?.calls ?? []).map(({ part }) => [part.id, part.input]))
  const window = run?.settings.models[run.modelIndex]?.contextWindow
  return {
    ...emptyView,
    progress: { ...noProgress, usage, cost, unpriced, inputs },
    prompt: promptTokens,
    ...(window === undefined ? {} : { window }),
  }
}

function blocksOf({ messages }: AgentState): readonly Block[] {
  const said = [...messages].filter((message) => message.role !== 'tool' && messageText(message) !== '')
  return said.slice(-latest).map((message) => {
    if (message.role === 'user') return { type: 'said', text: saidText(message), steered: false }
    return { type: 'answer', text: messageText(message) }
  })
}

function standing(thread: string, { status, run }: AgentState): string {
  if (status === 'running') return `thread ${thread} was cut off in the middle: /continue goes on with it`
  if (status === 'waiting') return `thread ${thread} waits for an answer`
  const outcome = run?.outcome?.type
  return outcome === undefined || outcome === 'completed'
    ? `thread ${thread}`
    : `thread ${thread}, ${outcome}: /continue goes on with it`
}
