import type { AgentEvent } from '@keepup/core'
import type { Runtime } from '@keepup/runtime'

/** The same runtime, of which somebody is told everything that happens; nobody where `observe` is left out. */
export function observed(runtime: Runtime, observe: ((event: AgentEvent) => void) | undefined): Runtime {
  if (observe !== undefined) runtime.events.on('*', observe)
  return runtime
}
