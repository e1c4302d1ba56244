import {
  diffPositions,
  familyOf,
  filesAt,
  listCheckpoints,
  type ListedCheckpoint,
  parsePosition,
  resolvePosition,
  surveyThread,
} from '@keepup/checkpoint'
import { type Hash, KeepupError, systemClock, type Workspace } from '@keepup/core'
import { agentFold, type AgentState } from '@keepup/loop'
import { z } from 'zod'

import type { ServerParts } from '../server-parts.ts'
import { atMost } from './at-most.ts'
import { existing } from './existing.ts'
import { place } from './place.ts'
import { type Route, route } from './route.ts'
import { sequence, sequenceText } from './sequence.ts'
import { ofThread } from './thread-name.ts'

/** Looks into the past of threads. */
export function lookRoutes(parts: ServerParts): readonly Route[] {
  return [checkpoints(parts), position(parts), family(parts), diff(parts), files(parts)]
}

const checkpoint = z.looseObject({
  thread: z.string(),
  sequence,
  time: z.number(),
  types: z.array(z.string()),
  hidden: z.boolean(),
  tags: z.array(z.string()),
})

function checkpoints({ checkpointer }: ServerParts): Route {
  return route(
    {
      method: 'get',
      path: '/threads/:thread/checkpoints',
      summary:
        'Checkpoints with what each took: the latest before a position, oldest first; those that rewinds hid are marked.',
      params: ofThread,
      query: z.object({ before: sequenceText.optional(), limit: atMost(1000, 100) }),
      answer: z.object({ checkpoints: z.array(checkpoint) }),
    },
    async ({ params: { thread }, query: { before, limit } }) => {
      await existing(checkpointer, thread)
      const page = { limit, ...(before === undefined ? {} : { before }) }
      const listed = await listCheckpoints(checkpointer, await surveyThread(checkpointer, thread), page)
      return { checkpoints: listed.map(summed) }
    },
  )
}

/** A checkpoint without its entries, which are asked for where they are wanted. */
function summed({ entries, tags, ...rest }: ListedCheckpoint) {
  return { ...rest, types: entries.map(({ type }) => type), tags: [...tags] }
}

function position({ checkpointer, clock = systemClock }: ServerParts): Route {
  return route(
    {
      method: 'get',
      path: '/threads/:thread/positions/:position',
      summary:
        'Where a position lies that is named by a sequence, a tag, a time, `head`, `-3` or `message:2`.',
      params: ofThread.extend({ position: z.string().min(1).max(200) }),
      answer: place,
    },
    async ({ params: { thread, position: named } }) => {
      await existing(checkpointer, thread)
      const survey = await surveyThread(checkpointer, thread)
      return { thread, at: resolvePosition(survey, parsePosition(named, clock.now())) }
    },
  )
}

function family({ checkpointer }: ServerParts): Route {
  return route(
    {
      method: 'get',
      path: '/threads/:thread/family',
      summary: 'The threads that have a past in common with this one.',
      params: ofThread,
      answer: z.object({ threads: z.array(z.string()) }),
    },
    async ({ params: { thread } }) => {
      await existing(checkpointer, thread)
      return { threads: [...(await familyOf(checkpointer, thread))] }
    },
  )
}

function diff({ checkpointer, workspace }: ServerParts): Route {
  return route(
    {
      method: 'post',
      path: '/diff',
      summary:
        'How two positions of any two threads differ: in state, messages, and files where they were kept.',
      body: z.object({ before: place, after: place }),
      answer: z.looseObject({ state: z.array(z.unknown()), messages: z.unknown() }),
    },
    async ({ body: { before, after } }) => {
      for (const { thread } of [before, after]) await existing(checkpointer, thread)
      const found = await withFiles(workspace, (kept) =>
        diffPositions({
          checkpointer,
          fold: agentFold,
          before,
          after,
          state: ({ messages: _, ...state }: AgentState) => state,
          messages: ({ messages }) => messages,
          ...kept,
        }),
      )
      return { ...found, state: [...found.state] }
    },
  )
}

/** Looks without the files where they are those of another folder, or are gone: the rest is worth seeing all the same. */
async function withFiles<Result>(
  workspace: Workspace | undefined,
  look: (kept: { readonly workspace?: Workspace }) => Promise<Result>,
): Promise<Result> {
  if (workspace === undefined) return look({})
  try {
    return await look({ workspace })
  } catch (error) {
    if (!KeepupError.is(error, 'checkpoint-unknown')) throw error
    return look({})
  }
}

function files({ checkpointer, workspace }: ServerParts): Route {
  const change = z.object({ path: z.string(), change: z.string() })
  return route(
    {
      method: 'get',
      path: '/threads/:thread/files',
      summary:
        'The snapshot of the files that was kept by a position, and how the files differ from it now. Nothing where none was kept.',
      params: ofThread,
      query: z.object({ at: sequenceText.optional() }),
      answer: z.object({ snapshot: z.string().optional(), changes: z.array(change).optional() }),
    },
    async ({ params: { thread }, query: { at } }) => {
      if (workspace === undefined) {
        throw new KeepupError('not-supported', 'This server was started without the files of a workspace.')
      }
      await existing(checkpointer, thread)
      const { head } = await checkpointer.read(thread, { at: 0 })
      const snapshot: Hash | undefined = await filesAt(checkpointer, thread, at ?? head)
      return snapshot === undefined ? {} : { snapshot, changes: [...(await workspace.changes(snapshot))] }
    },
  )
}
