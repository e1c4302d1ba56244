import {
  type AgentEnded,
  type AgentEvent,
  type CallThread,
  type DurableEvent,
  isLive,
  KeepupError,
  type Mode,
  type NewSignal,
  type RunAgent,
  type RunRequest,
  type ThreadId,
  trustedLabel,
  type Workspace,
} from '@keepup/core'

import { readNode } from './agent-node.ts'
import type { ManagerParts } from './manager-parts.ts'

/** How the work of this process on an agent came to its end. */
export type LiveEnd =
  /** Its run is over: the thread says how, and so does `told` where it ended here. */
  | { readonly type: 'ended'; readonly told?: Omit<AgentEnded, 'agent' | 'attempt'> }
  /** It waits for answers. */
  | { readonly type: 'waiting'; readonly approvals: readonly string[] }
  /** It could not be run, or its run could not be recorded. */
  | { readonly type: 'broken'; readonly error: unknown }

/** An agent that this process runs, or waits for because another one does. */
export interface LiveAgent {
  readonly agent: ThreadId
  readonly ended: Promise<LiveEnd>
  /** Ends it: its run is interrupted, whoever runs it. */
  stop(reason: string): void
  /** Tells what it does, in a few words, from now on. */
  watch(tell: (text: string) => void): void
}

/** What is needed to run an agent. */
export interface LiveOrder {
  readonly agent: ThreadId
  readonly role: string
  readonly limits: RunRequest['limits']
  readonly settings: CallThread['settings']
  readonly workspace?: Workspace
}

/** The agents that this process runs, each once. */
export interface LiveAgents {
  get(agent: ThreadId): LiveAgent | undefined
  /** Runs an agent, or gives the run that is under way. */
  run(order: LiveOrder): LiveAgent
}

/** Makes the agents of a manager: none yet. */
export function createLiveAgents(parts: ManagerParts): LiveAgents {
  const all = new Map<ThreadId, LiveAgent>()
  return {
    get: (agent) => all.get(agent),
    run(order) {
      const known = all.get(order.agent)
      if (known !== undefined) return known
      const stopping = new AbortController()
      const tellers = new Set<(text: string) => void>()
      const tell = (text: string): void => tellers.forEach((one) => one(text))
      const live: LiveAgent = {
        agent: order.agent,
        ended: work(parts, order, stopping.signal, tell).finally(() => all.delete(order.agent)),
        stop: (reason) => stopping.abort(new Error(reason)),
        watch: (one) => void tellers.add(one),
      }
      all.set(order.agent, live)
      return live
    },
  }
}

/** Runs an agent until it is over or waits; while another process has it, looks whether it is. Never rejects. */
async function work(
  parts: ManagerParts,
  order: LiveOrder,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<LiveEnd> {
  let asked = false
  try {
    while (true) {
      const end = await runOnce(parts, order, signal, tell)
      if (end !== 'elsewhere') return end
      if (signal.aborted && !asked) {
        asked = true
        await parts.checkpointer.signal([interruptSignal(parts, order.agent, reasonOf(signal))], 'process')
      }
      // What it is told to is durable: the wait itself goes on.
      await parts.clock.sleep(parts.poll)
    }
  } catch (error) {
    return { type: 'broken', error }
  }
}

async function runOnce(
  parts: ManagerParts,
  order: LiveOrder,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<LiveEnd | 'elsewhere'> {
  const run = await runOf(parts, order)
  try {
    return await follow(run(requestOf(parts, order, signal)), order, tell)
  } catch (error) {
    const isHeld = KeepupError.is(error, 'lease-held')
    // There is nothing to go on with: its run is over.
    const isDone = KeepupError.is(error, 'input-invalid')
    if ((isHeld || isDone) && (await isOver(parts, order.agent))) return { type: 'ended' }
    if (isHeld) return 'elsewhere'
    throw error
  }
}

async function runOf(parts: ManagerParts, { agent, role: name, workspace }: LiveOrder): Promise<RunAgent> {
  const role = parts.roleOf(name)
  if (role === undefined) throw unknownRole(parts, name)
  return parts.agentOf(role, { agent, ...(workspace === undefined ? {} : { workspace }) })
}

function requestOf({ roleOf }: ManagerParts, order: LiveOrder, signal: AbortSignal): RunRequest {
  const { agent, role, settings, limits = {} } = order
  const mode = leastMode(settings.mode, roleOf(role)?.mode)
  return { thread: agent, limits, mode, unattended: settings.unattended, signal }
}

/** Reads a run to its end. */
async function follow(
  events: AsyncIterable<AgentEvent>,
  { role }: LiveOrder,
  tell: (text: string) => void,
): Promise<LiveEnd> {
  let last: LiveEnd = { type: 'ended' }
  for await (const event of events) {
    if (isLive(event)) continue
    if (event.type === 'tool-started') tell(`${role}: ${event.data.tool}`)
    last = endOf(event)
  }
  return last
}

/** What the latest entry says of the end of a run. */
function endOf(event: DurableEvent): LiveEnd {
  if (event.type === 'run-waiting') return { type: 'waiting', approvals: event.data.approvals }
  if (event.type !== 'run-finished') return { type: 'ended' }
  const { run, outcome, turns, usage, cost, agents = 0 } = event.data
  return { type: 'ended', told: { run, end: outcome.type, spent: { turns, usage, cost, agents } } }
}

async function isOver({ checkpointer }: ManagerParts, agent: ThreadId): Promise<boolean> {
  const { isDelegated, status } = await readNode(checkpointer, agent)
  return !isDelegated && status !== 'running'
}

/** Asks whoever runs an agent, now or later, to end it. */
export function interruptSignal(
  { clock }: Pick<ManagerParts, 'clock'>,
  thread: ThreadId,
  reason: string,
): NewSignal {
  return {
    id: crypto.randomUUID(),
    thread,
    channel: 'control',
    type: 'interrupt',
    time: clock.now(),
    by: 'runtime',
    labels: { default: trustedLabel },
    data: { reason },
  }
}

const modes: readonly Mode[] = ['plan', 'ask', 'auto-edit', 'auto', 'yolo']

/** The mode that lets less through. */
function leastMode(own: Mode, most: Mode = own): Mode {
  return modes.indexOf(most) < modes.indexOf(own) ? most : own
}

function unknownRole({ roles }: ManagerParts, name: string): KeepupError {
  const names = roles.map((role) => role.name).join(', ')
  return new KeepupError('input-invalid', `There is no role "${name}" any more. There are: ${names}.`)
}

function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof Error ? reason.message : 'somebody interrupted it'
}
