import type { AgentContext, ClientCapabilities, SessionUpdate } from '@agentclientprotocol/sdk'
import type { Checkpointer, Mode, ThreadId } from '@keepup/core'

import type { AcpSession, TellUpdate } from '../acp-parts.ts'

/** A prompt that is under way. */
export interface UnderWay {
  /** Aborted where the editor cancels it, or is gone. */
  readonly stop: AbortController
  readonly ended: Promise<void>
}

/** A session that is open on a connection. */
export interface LiveSession {
  readonly thread: ThreadId
  readonly folder: string
  readonly opened: AcpSession
  readonly checkpointer: Checkpointer
  readonly client: AgentContext
  /** What the editor can do. */
  readonly capabilities: ClientCapabilities
  readonly tell: TellUpdate
  /** What the next run is run with. */
  mode: Mode
  model: string | undefined
  title: string | undefined
  underWay: UnderWay | undefined
}

/** Why a prompt is ended. */
export class Cancelled extends Error {
  /** Whether the editor asked for it: else it is gone, and what waits for a person goes on waiting. */
  readonly wanted: boolean

  constructor(wanted: boolean) {
    super(wanted ? 'the editor cancelled it' : 'the editor is gone')
    this.wanted = wanted
  }
}

/** Ends what is under way in a session, and resolves once it ended. */
export async function cancelPrompt(
  { underWay }: Pick<LiveSession, 'underWay'>,
  wanted: boolean,
): Promise<void> {
  underWay?.stop.abort(new Cancelled(wanted))
  await underWay?.ended
}

/** Tells an editor of one session; where it is gone, nobody is told. */
export function tellOf(client: AgentContext, thread: ThreadId): TellUpdate {
  return async (update: SessionUpdate) => {
    try {
      await client.notify('session/update', { sessionId: thread, update })
    } catch {
      // The connection is closed: whoever comes back loads the session.
    }
  }
}
