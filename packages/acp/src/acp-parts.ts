import type {
  AuthMethod,
  ClientCapabilities,
  Implementation,
  McpServer,
  SessionUpdate,
} from '@agentclientprotocol/sdk'
import type { AgentEvent, Checkpointer, Clock, Mode, NewId, RunRequest, ThreadId } from '@keepup/core'
import type { FoundApproval } from '@keepup/loop'

/** One thing to choose. */
export interface AcpChoice {
  readonly id: string
  readonly name: string
  readonly description?: string
}

/** What there is to choose from, and what is chosen. */
export interface AcpChoices {
  readonly current: string
  readonly options: readonly AcpChoice[]
}

/** Where the threads of sessions are. */
export interface AcpStore {
  /** The agent does not close it. */
  readonly checkpointer: Checkpointer
  /** Destroys a thread for good, with whatever else was kept of it. */
  remove(thread: ThreadId): Promise<void>
}

/** What an editor opens a session for. */
export interface AcpSessionOrder {
  /** The session's id is the name of its thread. It may not exist yet. */
  readonly thread: ThreadId
  /** The folder that the agent works in: absolute, and there. */
  readonly folder: string
  /** Servers that the editor names: its user's own. */
  readonly servers: readonly McpServer[]
  /** What the thread ran with last; left out where it never did. */
  readonly before?: { readonly mode: Mode; readonly model: string }
  /** What the editor can do. */
  readonly client: ClientCapabilities
}

/** A run of a session: the model is chosen with each, so that another one can be taken in between. */
export interface AcpRunRequest extends RunRequest {
  /** One of the session's models; its current one when left out. */
  readonly model?: string
}

/** An opened session. Disposing of it ends what its tools started. */
export interface AcpSession extends AsyncDisposable {
  /** The ids are keepup's modes. */
  readonly modes: AcpChoices
  /** Left out where there is no choice. */
  readonly models?: AcpChoices
  /** Runs the session's thread, as `Runtime.run` does. */
  run(request: AcpRunRequest): AsyncIterable<AgentEvent>
  /** Keeps what was allowed for good, so that exactly this is not asked about again. Left out, it is not offered. */
  readonly keep?: (found: FoundApproval) => Promise<void>
  /** The thread and those of the agents below it, whose questions are put here too; the thread alone when left out. */
  readonly asking?: (thread: ThreadId) => Promise<readonly ThreadId[]>
}

/** What an agent of the Agent Client Protocol is made of. */
export interface AcpParts {
  /** As it introduces itself. */
  readonly agent: Implementation
  /** How its user may come by a key, for an editor that can do so much; none when left out. */
  readonly authMethods?: (client: ClientCapabilities) => readonly AuthMethod[]
  /** Opens the store: with the first request that needs it, so that `initialize` is answered before. */
  readonly openStore: () => Promise<AcpStore>
  /**
   * Opens a session. Fails `model-key-missing` and `model-unknown`, which the editor is told as "authentication required", and otherwise as it must; what the message says
   * is shown to a person.
   */
  readonly openSession: (order: AcpSessionOrder) => Promise<AcpSession>
  readonly clock?: Clock
  /** Names new threads. */
  readonly newId?: NewId
  /** Learns of what went wrong where nobody asked for anything. */
  readonly note?: (text: string) => void
}

/** Tells the editor of a session something. Resolves once it was handed over. */
export type TellUpdate = (update: SessionUpdate) => Promise<void>
