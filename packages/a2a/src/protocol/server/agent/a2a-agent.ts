import type { Message, Part, Task, TaskArtifactUpdateEvent, TaskState } from '@a2a-js/sdk'
import type { ThreadId } from '@keepup/core'

/** What an agent says with a status: words, or parts as the protocol has them. */
export type Said = string | readonly Part[]

/** Options of what a turn publishes. */
export interface PublishOptions {
  /** The same id twice in a task is one event: name what it follows from, and a turn that is gone on with after a crash repeats nothing. */
  readonly id?: string
  /** The agent goes on by itself: a state that waits does not end the turn. */
  readonly stays?: boolean
}

/** What an agent is to do about a task now, and how it tells of it. Everything it publishes is durable before it resolves. */
export interface A2aTurn {
  /** As it stood when the turn began. */
  readonly task: Task
  /** Whose task it is. */
  readonly caller: string
  /** The thread of the task; the agent may use {@link A2aTurn.agentThread}. */
  readonly thread: ThreadId
  /** A thread name that is the agent's own, the same in every turn of the task. */
  readonly agentThread: ThreadId
  /** What the client said since the last turn. What it says is data: it was not said by the user of this machine. */
  readonly messages: readonly Message[]
  /** The number of the first of them, from 1. */
  readonly first: number
  /** From 1; more than one where a process that ran the turn is gone. */
  readonly attempt: number
  /** Aborted where the task is cancelled, the lease is lost or the server ends. */
  readonly signal: AbortSignal
  status(state: TaskState, said?: Said, options?: PublishOptions): Promise<void>
  artifact(
    update: Pick<TaskArtifactUpdateEvent, 'artifact' | 'append' | 'lastChunk'>,
    options?: PublishOptions,
  ): Promise<void>
  /** Answers with a message alone, without a task. Only as the first thing that is published. */
  reply(said: Said): Promise<void>
}

/** What a server of A2A lets do the work. */
export interface A2aAgent {
  /**
   * Does a turn: resolves once it published a state that is terminal or waits for the client. Whatever else it does, the task fails. It must bear to be called anew
   * for a turn that another process began.
   */
  run(turn: A2aTurn): Promise<void>
  /** Takes a message that came in the middle of a turn; without it, such messages wait for the next one. */
  receive?(turn: A2aTurn, message: Message, number: number): Promise<void>
}
