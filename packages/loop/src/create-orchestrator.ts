import { openThread, type OpenThread, runEvents } from '@keepup/checkpoint'
import {
  type AgentEvent,
  isLive,
  type Model,
  type ModelFacts,
  type RunAgent,
  type RunRequest,
  type RunSettings,
  trustedLabel,
} from '@keepup/core'

import { agentFold } from './agent-fold.ts'
import type { AgentState } from './agent-state.ts'
import { checkSettings } from './check-settings.ts'
import { createFileInliner } from './file-inliner.ts'
import { guardCoordinator } from './guard-coordinator.ts'
import { type GuardWatch, watchGuards } from './guard-watch.ts'
import { createJournal } from './journal.ts'
import type { LoopParts } from './loop-parts.ts'
import { orchestrate } from './orchestrator.ts'
import { createPromptBuilder } from './prompt-builder.ts'
import { sendInput } from './run-start.ts'
import type { Session } from './session.ts'
import { createSignalWatch } from './signal-watch.ts'

/**
 * Makes the loop. Running a thread takes its lease, goes on with what did not end, and yields every event until the run is finished or waits. Leaving
 * the iteration early interrupts the run. Fails `configuration-invalid`, `lease-held`, `lease-lost`, `input-invalid` and with the checkpointer's errors.
 */
export function createOrchestrator(parts: LoopParts): RunAgent {
  return (request) =>
    runEvents({
      drive: (signal, announce) =>
        drive(parts, { ...request, signal }, (event) => {
          announce(event)
          tell(parts, event)
        }),
      isLive,
      signal: request.signal,
    })
}

/** A listener that throws never stops a run. */
function tell({ announce }: LoopParts, event: AgentEvent): void {
  try {
    announce(event)
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error), 'KeepupListenerWarning')
  }
}

async function drive(
  parts: LoopParts,
  request: RunRequest,
  announce: (event: AgentEvent) => void,
): Promise<void> {
  await using session = await openSession(parts, request, announce)
  const signals = createSignalWatch(session)
  const over = new AbortController()
  const interrupt = (): void => void signals.interrupt(reasonOf(request.signal)).catch(lose)
  // Whatever is under way ends where it can no longer be recorded.
  const lose = (error: unknown): void => session.abort.abort(session.thread.lost.reason ?? error)
  session.thread.lost.addEventListener('abort', lose, { once: true })
  await sendInput(session, request)
  const watching = signals.watch(over.signal).catch(lose)
  try {
    if (request.signal?.aborted === true) interrupt()
    request.signal?.addEventListener('abort', interrupt, { once: true })
    await orchestrate(session, signals)
  } finally {
    request.signal?.removeEventListener('abort', interrupt)
    over.abort()
    await watching
    // Where the run failed: what was said and done so far is kept. Where it cannot be, the run has failed for that very reason.
    await session.journal.flush().catch(() => {})
  }
}

async function openSession(
  parts: LoopParts,
  request: RunRequest,
  announce: (event: AgentEvent) => void,
): Promise<Session & AsyncDisposable> {
  const settings = settingsOf(parts, request)
  const { checkpointer, clock, owner, leaseTtl: ttl, snapshotAfter } = parts
  const options = { checkpointer, thread: request.thread, fold: agentFold, clock, ttl, snapshotAfter }
  const thread = await openThread(owner === undefined ? options : { ...options, owner })
  const stamp = parts.stamp ?? (() => clock.now())
  const guards = await openGuards(parts, thread)
  const journal = createJournal({ thread, stamp, announce, group: parts.group, guards })
  return {
    parts,
    thread,
    journal,
    ...(guards === undefined ? {} : { guards }),
    tools: guardCoordinator(parts.tools),
    prompt: createPromptBuilder(parts.system),
    inlineFiles: createFileInliner(parts.artifacts),
    abort: new AbortController(),
    settings,
    announce,
    labels: {
      runtime: { default: trustedLabel },
      exposure: () => ({ default: journal.state.exposure }),
    },
    seen: {},
    async [Symbol.asyncDispose]() {
      await guards?.keep(thread.head, thread.token)
      await thread[Symbol.asyncDispose]()
    },
  }
}

async function openGuards(parts: LoopParts, thread: OpenThread<AgentState>): Promise<GuardWatch | undefined> {
  const { guards = [], checkpointer, snapshotAfter } = parts
  if (guards.length === 0) return undefined
  try {
    return await watchGuards(guards, { checkpointer, thread: thread.thread, snapshotAfter })
  } catch (error) {
    await thread[Symbol.asyncDispose]()
    throw error
  }
}

function settingsOf(parts: LoopParts, request: RunRequest): RunSettings {
  const [model, ...fallbacks] = parts.models
  return checkSettings({
    models: [factsOf(model), ...fallbacks.map(factsOf)],
    limits: request.limits ?? parts.limits,
    mode: request.mode ?? parts.mode,
    unattended: request.unattended ?? parts.unattended,
    retry: parts.retry,
    thresholds: parts.thresholds,
    ...(parts.workspace === undefined ? {} : { workspace: parts.workspace }),
    ...(parts.role === undefined ? {} : { role: parts.role }),
  })
}

function factsOf({ id, contextWindow, price }: Model): ModelFacts {
  return {
    id,
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(price === undefined ? {} : { price }),
  }
}

function reasonOf(signal: AbortSignal | undefined): string {
  const reason: unknown = signal?.reason
  return reason instanceof Error ? reason.message : 'somebody interrupted it'
}
