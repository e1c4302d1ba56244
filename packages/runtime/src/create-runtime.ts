import { readState } from '@keepup/checkpoint'
import { type AgentEvent, createEventEmitter, type ToolCoordinator } from '@keepup/core'
import { agentFold, createOrchestrator, loopDefaults, type LoopParts } from '@keepup/loop'
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

function loopParts(given: RuntimeParts, announce: (event: AgentEvent) => void): LoopParts {
  const { model, fallbacks = [], tools, policies, modePolicy, retry, thresholds, ...parts } = given
  return {
    ...loopDefaults,
    system: defaultSystem,
    ...defined(parts),
    models: [model, ...fallbacks],
    tools: coordinator(given),
    retry: { ...loopDefaults.retry, ...defined(retry ?? {}) },
    thresholds: { ...loopDefaults.thresholds, ...defined(thresholds ?? {}) },
    announce,
  }
}

/** What is there but `undefined`, as plain JavaScript writes what it leaves out, is left out. */
function defined<Parts extends object>(parts: Parts): Parts {
  // Only properties that may be left out can be undefined.
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as Parts
}

function coordinator(parts: RuntimeParts): ToolCoordinator {
  const { tools = [], artifacts, clock, hooks, policies, modePolicy } = parts
  if ('prepare' in tools) return tools
  return createToolCoordinator({
    registry: tools,
    ...(policies === undefined ? {} : { policies }),
    ...(modePolicy === undefined ? {} : { modePolicy }),
    ...(hooks === undefined ? {} : { hooks }),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(clock === undefined ? {} : { clock }),
  })
}
