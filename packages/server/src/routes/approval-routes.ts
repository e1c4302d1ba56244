import { KeepupError, type ThreadId } from '@keepup/core'
import { answerFate, type FoundApproval, openApprovals } from '@keepup/loop'
import { answer } from '@keepup/runtime'
import { z } from 'zod'

import type { RunKeeper } from '../runs/run-keeper.ts'
import type { ServerParts } from '../server-parts.ts'
import { collect } from '../stream/collect.ts'
import { done } from './done.ts'
import { type Route, route } from './route.ts'
import { threadName } from './thread-name.ts'

const question = z.object({
  id: z.string(),
  thread: z.string(),
  digest: z.string().meta({ description: 'What the answer holds for: send it back with the answer.' }),
  question: z.string(),
  tool: z.string(),
  input: z.unknown(),
  effects: z.array(z.object({ kind: z.string(), target: z.string() })),
  since: z.number(),
  folder: z.string().optional(),
  workspace: z.string().optional(),
  wants: z.unknown().optional().meta({ description: 'The agent asks for words, not for leave.' }),
})

/** Questions of all agents in one inbox, and answers to them. */
export function approvalRoutes(parts: ServerParts, runs: RunKeeper): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/approvals',
        summary: 'Every question that nobody has answered, in all threads.',
        answer: z.object({
          approvals: z.array(question),
          unread: z.array(z.string()).meta({
            description:
              'Threads that are no agents of this version: their questions, if any, are not shown.',
          }),
        }),
      },
      () => inbox(parts),
    ),
    route(
      {
        method: 'post',
        path: '/approvals/:approval',
        summary: 'Answers a question. The first answer counts; another one is told so (409).',
        params: z.object({ approval: z.string().min(1).max(200) }),
        body: z.object({
          thread: threadName,
          digest: z.string().max(200),
          allow: z.boolean(),
          message: z.string().max(100_000).optional(),
        }),
        answer: done,
      },
      async ({ params: { approval }, body: { thread, message, ...said } }) => {
        const words = message === undefined ? {} : { message }
        await give(parts, thread, { approval, ...said, ...words })
        runs.goOn(thread)
        return { done: true }
      },
    ),
  ]
}

async function inbox({ checkpointer }: ServerParts) {
  const approvals = []
  const unread: ThreadId[] = []
  for await (const { thread } of checkpointer.threads()) {
    try {
      for await (const found of openApprovals(checkpointer, thread)) approvals.push(told(found))
    } catch (error) {
      if (!KeepupError.is(error)) throw error
      unread.push(thread)
    }
  }
  return { approvals, unread }
}

function told({ thread, approval, part, effects, since, folder, workspace, wants }: FoundApproval) {
  return {
    id: approval.id,
    thread,
    digest: approval.digest,
    question: approval.question,
    tool: part.name,
    input: part.input,
    effects: [...effects],
    since,
    ...(folder === undefined ? {} : { folder }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(wants === undefined ? {} : { wants }),
  }
}

/** Sends an answer, durably, and fails where it is not the one that counts. */
async function give(
  { checkpointer }: ServerParts,
  thread: ThreadId,
  given: Parameters<typeof answer>[1],
): Promise<void> {
  const found = (await collect(openApprovals(checkpointer, thread))).find(
    ({ approval }) => approval.id === given.approval,
  )
  if (found === undefined) {
    throw new KeepupError(
      'checkpoint-conflict',
      `Approval ${given.approval} is not open. GET /api/approvals lists those that are.`,
    )
  }
  if (found.approval.digest !== given.digest) {
    throw new KeepupError(
      'checkpoint-conflict',
      `Approval ${given.approval} is about another call than the one that was answered: it changed since. GET /api/approvals shows it as it is.`,
    )
  }
  const sent = answer(thread, given)
  await checkpointer.signal([sent], 'power')
  const fate = await answerFate(checkpointer, thread, { signal: sent.id, approval: given.approval })
  if (fate.type === 'stands') return
  const why =
    fate.type === 'late' ? `${fate.first.by} said ${fate.first.allow ? 'allow' : 'deny'} first` : fate.reason
  throw new KeepupError('checkpoint-conflict', `Approval ${given.approval} was not answered by this: ${why}.`)
}
