import type {
  ArtifactStore,
  Clock,
  Model,
  NewId,
  RecoveryThresholds,
  RunAgent,
  Tool,
  ToolCoordinator,
} from '@keepup/core'

/** What a server of MCP is composed of. */
export interface ServeParts {
  /** How it introduces itself. */
  readonly server: { readonly name: string; readonly version: string; readonly instructions?: string }
  /** The one path that every call takes; what it defines is what is offered. */
  readonly coordinator: ToolCoordinator
  /** The tools behind it, for what clients are told of repeating and effects. */
  readonly tools: readonly Tool[]
  /**
   * Composes an agent of that model, the coordinator and a checkpointer: a client's calls are the calls of a model that runs on a thread, so everything that holds for
   * an agent's calls holds for them. Spread {@link clientRunSettings} over its parts: a client may repeat itself as often as it likes.
   */
  readonly agent: (model: Model) => RunAgent
  /** Where large outputs are kept: they are offered as resources, page by page. */
  readonly artifacts?: ArtifactStore
  readonly clock?: Clock
  readonly newId?: NewId
  /** Learns of what nobody else is told: a connection that broke, a request that was refused. */
  readonly note?: (text: string) => void
}

/** What the name of each thread of a client begins with. */
export const clientThreadPrefix = 'mcp-'

/** The settings of an agent that a client is the model of: no look for loops. */
export const clientRunSettings: { readonly thresholds: Pick<RecoveryThresholds, 'repetitions'> } = {
  thresholds: { repetitions: { warn: Number.MAX_SAFE_INTEGER, stop: Number.MAX_SAFE_INTEGER } },
}
