import type { ContentBlock, PromptResponse } from '@agentclientprotocol/sdk'
import { readState } from '@keepup/checkpoint'
import type { NewId } from '@keepup/core'
import { agentFold } from '@keepup/loop'
import { message } from '@keepup/runtime'

import type { LiveSession } from '../sessions/live-session.ts'
import { invalidParams } from '../to-request-error.ts'
import { readPrompt } from './read-prompt.ts'
import { runPrompt } from './run-prompt.ts'
import { runCommand } from './slash-commands.ts'

/** The longest title that is taken from a prompt, in characters. */
const longestTitle = 80

/**
 * Says something in a session and runs it to its end. What was said is durable before anything runs. One prompt at a time; a cancel ends it with stop reason `cancelled`.
 */
export async function promptSession(
  session: LiveSession,
  blocks: readonly ContentBlock[],
  { newId }: { readonly newId: NewId },
): Promise<PromptResponse> {
  if (session.underWay !== undefined)
    throw invalidParams('A prompt is under way in this session. Wait for its end, or cancel it first.')
  const stop = new AbortController()
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  // At once: a cancel may be the next message.
  session.underWay = { stop, ended }
  try {
    return await answerPrompt(session, blocks, { newId, stop: stop.signal })
  } finally {
    session.underWay = undefined
    end()
  }
}

async function answerPrompt(
  session: LiveSession,
  blocks: readonly ContentBlock[],
  { newId, stop }: { readonly newId: NewId; readonly stop: AbortSignal },
): Promise<PromptResponse> {
  const { checkpointer, thread, tell } = session
  const { content, labels, words } = readPrompt(blocks)
  const told = await runCommand(session, words, newId)
  if (told !== undefined) {
    await tell({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: told } })
    return { stopReason: 'end_turn' }
  }
  const { state, view } = await readState(checkpointer, thread, agentFold)
  const sent = message(thread, content, { labels })
  await checkpointer.signal([sent], 'process')
  await entitle(session, words)
  return runPrompt(session, { said: new Set([sent.id]), spent: state.cost, head: view.head, stop })
}

/** A session is called by what was first said in it. */
async function entitle(session: LiveSession, words: string): Promise<void> {
  const title = words.trim().split('\n', 1)[0]?.slice(0, longestTitle) ?? ''
  if (session.title !== undefined || title === '') return
  session.title = title
  await session.tell({ sessionUpdate: 'session_info_update', title })
}
