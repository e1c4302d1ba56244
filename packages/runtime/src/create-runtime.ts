import { randomUUID } from 'node:crypto'

import { readState } from '@keepup/checkpoint'
import { type AgentEvent, createEventEmitter, systemClock } from '@keepup/core'
import {
  agentFold,
  createOrchestrator,
  defaultRetryPolicy,
  defaultThresholds,
  type LoopParts,
} from '@keepup/loop'
import { createToolCoordinator } from '@keepup/tools'

import type { RuntimeParts } from './runtime-parts.ts'
import type { Runtime } from './runtime.ts'

/** What an agent is told where nobody says otherwise. */
const defaultSystem =
  'You are a careful agent. Use the tools you have, check what you did, and say plainly what you know and what you do not.'

/** Composes a runtime: introduces the parts to each other, and nothing else. */
export function createRuntime(parts: RuntimeParts): Runtime {
  const events = createEventEmitter<AgentEvent>()
  const { checkpointer } = parts
  return {
    run: createOrchestrator(loopParts(parts, (event) => events.emit(event))),
    signal: (signals, flush = 'power') => checkpointer.signal(signals, flush),
    state: async (thread, at) => (await readState(checkpointer, thread, agentFold, at)).state,
    events,
  }
}

function loopParts(parts: RuntimeParts, announce: (event: AgentEvent) => void): LoopParts {
  const { checkpointer, artifacts, processes, contextPolicy, owner, clock = systemClock } = parts
  return {
    checkpointer,
    models: [parts.model, ...(parts.fallbacks ?? [])],
    tools: coordinator(parts),
    system: parts.system ?? defaultSystem,
    limits: parts.limits ?? { turns: 50 },
    mode: parts.mode ?? 'ask',
    unattended: parts.unattended ?? 'deny',
    retry: { ...defaultRetryPolicy, ...parts.retry },
    thresholds: { ...defaultThresholds, ...parts.thresholds },
    poll: parts.poll ?? 100,
    leaseTtl: parts.leaseTtl ?? 30_000,
    clock,
    newId: parts.newId ?? randomUUID,
    announce,
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(processes === undefined ? {} : { processes }),
    ...(contextPolicy === undefined ? {} : { contextPolicy }),
    ...(owner === undefined ? {} : { owner }),
  }
}

function coordinator({ tools = [], policies, artifacts, clock }: RuntimeParts): LoopParts['tools'] {
  if ('prepare' in tools) return tools
  return createToolCoordinator({
    registry: tools,
    ...(policies === undefined ? {} : { policies }),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(clock === undefined ? {} : { clock }),
  })
}
