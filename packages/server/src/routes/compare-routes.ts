import { type ComparedThread, compareThreads, familyOf } from '@keepup/checkpoint'
import { KeepupError } from '@keepup/core'
import { z } from 'zod'

import { labelFlow, type LabelFlow } from '../look/label-flow.ts'
import { replayThread } from '../look/replay-thread.ts'
import type { ServerParts } from '../server-parts.ts'
import { existing } from './existing.ts'
import { label } from './label.ts'
import { place } from './place.ts'
import { type Route, route } from './route.ts'
import { sequence } from './sequence.ts'
import { ofThread } from './thread-name.ts'

/** @limit How many threads are compared at once: the thread that is asked for, and its first forks. */
const mostThreads = 20
/** @limit In characters: what is told of an answer. */
const longestAnswer = 2_000

/** What became of threads, and where words came from. */
export function compareRoutes(parts: ServerParts): readonly Route[] {
  return [comparison(parts), replay(parts), flow(parts)]
}

const compared = z.looseObject({
  thread: z.string(),
  head: sequence,
  turns: z.number(),
  tokens: z.number(),
  cost: z.number().meta({ description: 'In nano-dollars.' }),
  duration: z.number().meta({ description: 'How long runs took, in milliseconds.' }),
  files: z.number().optional().meta({ description: 'How many changed; left out where none were kept.' }),
  outcome: z.string().optional(),
  open: z.boolean(),
  answer: z.string().optional(),
})

function comparison({ checkpointer }: ServerParts): Route {
  return route(
    {
      method: 'get',
      path: '/threads/:thread/comparison',
      summary: 'A thread and its forks beside each other: what became of each since they parted.',
      params: ofThread,
      answer: z.object({
        since: place.optional().meta({ description: 'The last entry that they share.' }),
        threads: z.array(compared),
        more: z.number(),
      }),
    },
    async ({ params: { thread } }) => {
      await existing(checkpointer, thread)
      const family = await familyOf(checkpointer, thread)
      const { past, threads } = await compareThreads(checkpointer, family.slice(0, mostThreads))
      return {
        threads: threads.map(told),
        more: Math.max(0, family.length - mostThreads),
        ...(past.last === undefined ? {} : { since: { ...past.last } }),
      }
    },
  )
}

function told({ thread, head, turns, usage, cost, duration, files, outcome, open, answer }: ComparedThread) {
  return {
    thread,
    head,
    turns,
    tokens: usage.input + usage.output,
    cost,
    duration,
    open,
    ...(files === undefined ? {} : { files: files.changes.length + files.more }),
    ...(outcome === undefined ? {} : { outcome: outcome.type }),
    ...(answer === undefined ? {} : { answer: answer.slice(0, longestAnswer) }),
  }
}

function replay({ checkpointer }: ServerParts): Route {
  return route(
    {
      method: 'post',
      path: '/threads/:thread/replay',
      summary:
        'Executes a thread again from its own entries and says whether every one comes out the same, byte for byte. Asks no model, runs no tool, spends and writes nothing.',
      params: ofThread,
      body: z.object({ until: sequence.optional() }),
      answer: z.object({
        identical: z.boolean(),
        entries: z.number(),
        processes: z.number().optional(),
        sequence: sequence.optional().meta({ description: 'The first entry that would not be the same.' }),
        message: z.string().optional(),
      }),
    },
    async ({ params: { thread }, body: { until = Infinity } }) => {
      await existing(checkpointer, thread)
      return replayThread(checkpointer, thread, until)
    },
  )
}

const flowShape: z.ZodType<LabelFlow> = z.object({
  call: z.string(),
  tool: z.string(),
  argument: z.string(),
  value: z.unknown(),
  asked: sequence,
  label,
  entries: z
    .array(
      z.object({
        sequence,
        type: z.string(),
        by: z.string(),
        time: z.number(),
        tool: z.string().optional(),
        label,
        sources: z.array(z.string()).readonly(),
        places: z.array(z.object({ pointer: z.string(), label, said: z.string() })).readonly(),
      }),
    )
    .readonly(),
  more: z.number(),
})

const judged = z.object({
  origins: z.array(
    z.object({
      origin: z.string(),
      entry: sequence.optional(),
      pointer: z.string().optional(),
      source: z.string().optional(),
      integrity: z.string().optional(),
      said: z.string().optional(),
    }),
  ),
  decision: z.string(),
  findings: z.array(z.string()),
  policy: z.string(),
})

function flow({ checkpointer, origins }: ServerParts): Route {
  return route(
    {
      method: 'get',
      path: '/threads/:thread/flow',
      summary:
        'Where an argument of a call came from: the entries whose labels it carries, those that hold its value first; and what the defence makes of it, where there is one.',
      params: ofThread,
      query: z.object({
        call: z.string().min(1).max(200),
        argument: z
          .string()
          .max(1000)
          .regex(/^(?:\/.*)?$/s, 'a JSON Pointer (RFC 6901)'),
      }),
      answer: z.object({ flow: flowShape, judged: judged.optional() }),
    },
    async ({ params: { thread }, query }) => {
      await existing(checkpointer, thread)
      const { entries } = await checkpointer.read(thread)
      const found = labelFlow(entries, query)
      if (found === undefined) {
        const what = `Thread ${thread} has no call ${query.call} with an argument ${query.argument}.`
        throw new KeepupError('input-invalid', `${what} Its entries say which calls there are.`)
      }
      const said = await origins?.find(thread, query.call, query.argument)
      if (said === undefined) return { flow: found }
      const { decision, policy } = said
      const judgement = { decision, policy, origins: [...said.origins], findings: [...said.findings] }
      return { flow: found, judged: judgement }
    },
  )
}
