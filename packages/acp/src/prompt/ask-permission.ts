import type { PermissionOption, RequestPermissionResponse, SessionUpdate } from '@agentclientprotocol/sdk'
import { answerFate, type FoundApproval } from '@keepup/loop'
import { answer } from '@keepup/runtime'

import type { LiveSession } from '../sessions/live-session.ts'
import { toolView } from '../updates/tool-view.ts'
import type { Transcript } from '../updates/transcript.ts'
import { askForWords } from './ask-for-words.ts'
import type { Asking, Said } from './asking.ts'
import { watchAnswer } from './watch-answer.ts'

/** What became of a question that was put to an editor. */
export type Asked = 'answered' | 'left'

/**
 * Puts a question to the person at the editor, and sends their answer, durably. The thread's own order decides which answer counts: where somebody answers elsewhere, the
 * question is taken back here. `left`: the person said nothing, or the editor cannot ask it; it stays open for anybody.
 */
export async function askPermission(
  session: LiveSession,
  found: FoundApproval,
  transcript: Transcript,
  stop: AbortSignal,
): Promise<Asked> {
  const closed = new AbortController()
  const either = AbortSignal.any([stop, closed.signal])
  const elsewhere = watchAnswer(session.checkpointer, found, either).then(() => 'elsewhere' as const)
  const asked = (found.wants === undefined ? askForLeave : askForWords)(session, found, {
    transcript,
    signal: either,
  })
  asked.catch(() => undefined)
  elsewhere.catch(() => undefined)
  try {
    const said = await Promise.race([asked, elsewhere])
    if (said === 'elsewhere') return 'answered'
    if (said === undefined) return 'left'
    await send(session, found, said)
    return 'answered'
  } catch (error) {
    if (either.aborted) return 'left'
    throw error
  } finally {
    closed.abort()
  }
}

async function askForLeave(
  { client, thread, opened, folder }: LiveSession,
  found: FoundApproval,
  { transcript, signal }: Asking,
): Promise<Said | undefined> {
  const { part, approval } = found
  const known = found.thread === thread ? transcript.view(part.id) : undefined
  const view = toolView(part.name, part.input, { folder, before: () => undefined })
  const { title, kind, locations, diffs } = known ?? view
  const { outcome } = await client.request(
    'session/request_permission',
    {
      sessionId: thread,
      toolCall: {
        toolCallId: known?.id ?? `approval-${approval.id}`,
        title,
        kind,
        status: 'pending',
        locations: [...locations],
        content: [...diffs, { type: 'content', content: { type: 'text', text: approval.question } }],
        rawInput: part.input,
      },
      options: optionsOf(opened.keep !== undefined),
    },
    { cancellationSignal: signal, stopWaitingOnCancel: true },
  )
  return saidBy(outcome)
}

function optionsOf(keeps: boolean): PermissionOption[] {
  return [
    { optionId: 'allow', name: 'Allow', kind: 'allow_once' },
    ...(keeps
      ? [{ optionId: 'always', name: 'Always allow exactly this', kind: 'allow_always' } as const]
      : []),
    { optionId: 'reject', name: 'Reject', kind: 'reject_once' },
  ]
}

/** What is no answer, or one that was not offered, is none: the question stays open. */
function saidBy(outcome: RequestPermissionResponse['outcome']): Said | undefined {
  if (outcome.outcome !== 'selected' || !('optionId' in outcome)) return undefined
  if (outcome.optionId === 'allow') return { allow: true }
  if (outcome.optionId === 'always') return { allow: true, always: true }
  return outcome.optionId === 'reject' ? { allow: false } : undefined
}

/** Of several answers the first in the thread's order counts; only what was answered here is kept for good. */
async function send(session: LiveSession, found: FoundApproval, { always, ...said }: Said): Promise<void> {
  const { checkpointer, opened, tell } = session
  const { thread, approval } = found
  const sent = answer(thread, { approval: approval.id, digest: approval.digest, ...said })
  await checkpointer.signal([sent], 'power')
  const fate = await answerFate(checkpointer, thread, { signal: sent.id, approval: approval.id })
  if (fate.type !== 'stands' || always !== true) return
  try {
    await opened.keep?.(found)
  } catch (error) {
    await tell(cannotKeep(error))
  }
}

function cannotKeep(error: unknown): SessionUpdate {
  const why = error instanceof Error ? error.message : String(error)
  const text = `It was allowed, and could not be kept for good: ${why}`
  return { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } }
}
