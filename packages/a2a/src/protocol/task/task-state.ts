import type { Message, Task } from '@a2a-js/sdk'
import type { JsonValue, Sequence } from '@keepup/core'

/** Where notifications of a task go, and how far they got. */
export interface PushTarget {
  readonly id: string
  /** `TaskPushNotificationConfig` in its JSON form. */
  readonly config: JsonValue
  /** The version of the protocol that it was registered in. */
  readonly wire: string
  /** Notifications about entries up to here are settled, or were before it was registered. */
  readonly settled: Sequence
}

/** What a task's thread comes to. */
export interface TaskFacts {
  /** `undefined` where nothing was submitted. */
  readonly task: Task | undefined
  readonly caller: string
  readonly tenant: string
  readonly wire: string
  /** Those of the client, in order. */
  readonly messages: readonly Message[]
  /** Where each of them stands in the log. */
  readonly places: readonly Sequence[]
  /** How many of them the agent was handed. */
  readonly through: number
  /** How often the open turn began; 0 where none is open. */
  readonly attempts: number
  /** Turns that began, the open one included, attempts not counted. */
  readonly turns: number
  /** How many messages the last settling status took account of. */
  readonly answered: number
  readonly ended: boolean
  readonly reply: Message | undefined
  readonly cancelRequested: boolean
  readonly push: readonly PushTarget[]
  /** The last entry that clients are told of. */
  readonly news: Sequence
}

/** A task's thread without entries. */
export const noFacts: TaskFacts = {
  task: undefined,
  caller: '',
  tenant: '',
  wire: '1.0',
  messages: [],
  places: [],
  through: 0,
  attempts: 0,
  turns: 0,
  answered: 0,
  ended: false,
  reply: undefined,
  cancelRequested: false,
  push: [],
  news: 0,
}
