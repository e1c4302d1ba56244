import { verifyThread } from '@keepup/checkpoint'
import type { AgentEntry, Checkpointer, Entry } from '@keepup/core'

/** What the logs say that workers left, beside the effects that happened. */
export interface LogFindings {
  /** Effects that happened more than once. */
  readonly doubled: readonly string[]
  /** Calls that are said to be completed and left no effect. */
  readonly unfounded: readonly string[]
  /** Threads in which somebody wrote after another one had taken over, or whose chain is broken. */
  readonly stale: readonly string[]
  /** Calls of which nobody can say whether they happened. */
  readonly unknown: number
}

/** The logs of agents, by thread. */
export type Logs = ReadonlyMap<string, readonly AgentEntry[]>

/** Reads all that a store has. */
export async function readLogs(checkpointer: Checkpointer): Promise<Logs> {
  const logs = new Map<string, readonly AgentEntry[]>()
  for await (const { thread } of checkpointer.threads()) {
    const log: Entry[] = []
    for await (const entry of checkpointer.log(thread)) log.push(entry)
    // The threads of a soak are agents'.
    logs.set(thread, log as AgentEntry[])
  }
  return logs
}

/** Holds logs against the effects: those of real processes and those of a simulation alike. */
export async function judgeLogs(
  checkpointer: Checkpointer,
  logs: Logs,
  effects: readonly string[],
): Promise<LogFindings> {
  const happened = new Set<string>()
  const doubled = effects.filter((key) => happened.has(key) || !happened.add(key))
  const ended = [...logs.values()].flat().filter((entry) => entry.type === 'tool-finished')
  const records = ended.flatMap(({ data }) => (data.tool === 'record' ? [data] : []))
  const stale: string[] = []
  for (const [thread, log] of logs) {
    const isWhole = await verifyThread(checkpointer, thread).then(
      () => true,
      () => false,
    )
    if (!isWhole || !tokensGrow(log)) stale.push(thread)
  }
  return {
    doubled,
    unfounded: records.flatMap(({ key, outcome }) =>
      outcome.type === 'completed' && !happened.has(key) ? [key] : [],
    ),
    stale,
    unknown: records.filter(({ outcome }) => outcome.type === 'unknown').length,
  }
}

/** Each process that took a thread over has a greater token than those before it, and nobody begins a call with the token of one before. */
function tokensGrow(log: readonly AgentEntry[]): boolean {
  let latest = 0
  for (const entry of log) {
    if (entry.type === 'run-started' || entry.type === 'run-resumed') {
      if (entry.data.token <= latest) return false
      latest = entry.data.token
    }
    if (entry.type === 'tool-started' && entry.data.epoch !== latest) return false
  }
  return true
}

/** Whether the run of a thread came to its own end. */
export function isEnded(log: readonly AgentEntry[] = []): boolean {
  const last = log.at(-1)
  return last?.type === 'run-finished' && last.data.outcome.type === 'completed'
}
