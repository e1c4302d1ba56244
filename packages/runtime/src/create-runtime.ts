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

function loopParts(
  { model, fallbacks = [], tools, policies, retry, thresholds, ...parts }: RuntimeParts,
  announce: (event: AgentEvent) => void,
): LoopParts {
  return {
    ...loopDefaults,
    system: defaultSystem,
    ...given(parts),
    models: [model, ...fallbacks],
    tools: coordinator(tools ?? [], parts, policies),
    retry: { ...loopDefaults.retry, ...given(retry ?? {}) },
    thresholds: { ...loopDefaults.thresholds, ...given(thresholds ?? {}) },
    announce,
  }
}

/** What is there but `undefined`, as plain JavaScript writes what it leaves out, is left out. */
function given<Parts extends object>(parts: Parts): Parts {
  // Only properties that may be left out can be undefined.
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as Parts
}

function coordinator(
  tools: NonNullable<RuntimeParts['tools']>,
  { artifacts, clock }: Pick<RuntimeParts, 'artifacts' | 'clock'>,
  policies: RuntimeParts['policies'],
): ToolCoordinator {
  if ('prepare' in tools) return tools
  return createToolCoordinator({
    registry: tools,
    ...(policies === undefined ? {} : { policies }),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(clock === undefined ? {} : { clock }),
  })
}
