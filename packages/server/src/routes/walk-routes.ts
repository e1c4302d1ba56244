import { type Checkpointer, type Entry, KeepupError, type Sequence, type ThreadId } from '@keepup/core'
import { z } from 'zod'

import type { ToldGraph } from '../desks/graph-desk.ts'
import { type GraphRun, graphRun } from '../look/graph-run.ts'
import { type ProcedureRun, procedureRun, type ToldEvidence, type ToldGate } from '../look/procedure-run.ts'
import type { ServerParts } from '../server-parts.ts'
import { existing } from './existing.ts'
import { type Route, route } from './route.ts'
import { sequence, sequenceText } from './sequence.ts'
import { ofThread } from './thread-name.ts'

const gate: z.ZodType<ToldGate> = z.object({ id: z.string(), kind: z.string() })

const evidence: z.ZodType<ToldEvidence> = z.object({
  gate: z.string().meta({ description: '`PHASE/GATE`.' }),
  kind: z.string(),
  moment: z.string(),
  outcome: z.string(),
  reason: z.string(),
  entry: sequence,
  time: z.number(),
  took: z.number(),
  tail: z.string().optional(),
})

const procedure: z.ZodType<ProcedureRun> = z.object({
  procedure: z.string(),
  description: z.string(),
  task: z.string(),
  status: z.string(),
  phase: z.string(),
  phases: z
    .array(
      z.object({
        name: z.string(),
        end: z.string().optional(),
        entry: z.array(gate).readonly(),
        edit: z.array(gate).readonly(),
        exit: z.array(gate).readonly(),
        branches: z.array(z.string()).readonly(),
        ways: z.array(z.object({ event: z.string(), to: z.string() })).readonly(),
      }),
    )
    .readonly(),
  invariants: z.array(gate).readonly(),
  evidence: z.array(evidence).readonly(),
  moves: z
    .array(
      z.object({
        from: z.string(),
        to: z.string(),
        event: z.string(),
        entry: sequence,
        time: z.number(),
      }),
    )
    .readonly(),
  work: z.array(z.object({ branch: z.string(), thread: z.string(), entry: sequence })).readonly(),
})

const graph: z.ZodType<GraphRun> = z.object({
  graph: z.string(),
  status: z.string(),
  nodes: z
    .array(
      z.object({
        node: z.string(),
        status: z.enum(['done', 'failed', 'open', 'waiting']),
        visits: z.number(),
        entry: sequence,
        waits: z.string().optional(),
        failure: z.string().optional(),
      }),
    )
    .readonly(),
  moves: z.array(z.object({ from: z.string(), to: z.string(), times: z.number() })).readonly(),
  steps: z
    .array(z.object({ entry: sequence, within: z.string(), nodes: z.array(z.string()).readonly() }))
    .readonly(),
})

const defined: z.ZodType<ToldGraph> = z.object({
  file: z.string(),
  nodes: z.array(z.object({ node: z.string(), kind: z.string() })).readonly(),
  ways: z.array(z.object({ from: z.string(), to: z.string(), words: z.string() })).readonly(),
})

/** What walks agents: procedures and graphs. */
export function walkRoutes({ checkpointer, graphs }: ServerParts): readonly Route[] {
  const asked = { method: 'get', params: ofThread, query: z.object({ at: sequenceText.optional() }) } as const
  return [
    route(
      {
        ...asked,
        path: '/threads/:thread/procedure',
        summary: 'The procedure of a thread: its phases, where it stands, and what its gates came to.',
        answer: procedure,
      },
      async ({ params: { thread }, query: { at } }) => {
        const run = procedureRun(await effective(checkpointer, thread, at))
        return run ?? none(thread, 'procedure')
      },
    ),
    route(
      {
        ...asked,
        path: '/threads/:thread/graph',
        summary:
          'The graph of a thread as far as it ran: its nodes, where it stands, and the ways it took; and how a graph of its name is defined now, where that is known.',
        answer: z.object({ run: graph, defined: defined.optional() }),
      },
      async ({ params: { thread }, query: { at } }) => {
        const run = graphRun(await effective(checkpointer, thread, at)) ?? none(thread, 'graph')
        const found = await graphs?.find(run.graph)
        return { run, ...(found === undefined ? {} : { defined: found }) }
      },
    ),
  ]
}

async function effective(
  checkpointer: Checkpointer,
  thread: ThreadId,
  at: Sequence | undefined,
): Promise<readonly Entry[]> {
  await existing(checkpointer, thread)
  return (await checkpointer.read(thread, at === undefined ? {} : { at })).entries
}

function none(thread: ThreadId, what: string): never {
  throw new KeepupError('input-invalid', `Thread ${thread} is none of a ${what}. Its entries say what it is.`)
}
