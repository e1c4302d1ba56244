import type { Entry, JsonValue, NewEntry } from '@keepup/core'

/** What every entry of a task's thread holds, by type. What the protocol defines is kept in its own JSON form (ProtoJSON of `lf.a2a.v1`). */
export interface TaskEntryData {
  /** A client began the task. */
  'a2a/task-submitted': {
    readonly task: string
    readonly contextId: string
    /** Whose task it is: the name that authentication gave. */
    readonly caller: string
    readonly tenant: string
    /** The version of the protocol that it came in. */
    readonly wire: string
    readonly message: JsonValue
    readonly timestamp: string
  }
  'a2a/message-received': { readonly message: JsonValue }
  /** The agent was handed every message up to and with the one of this number, counted from 1. */
  'a2a/turn-began': { readonly through: number }
  /** A message reached the agent in the middle of its turn. */
  'a2a/message-taken': { readonly through: number }
  'a2a/status-changed': {
    readonly status: JsonValue
    /** Messages that it takes account of. */
    readonly through: number
    /** The turn is over: the agent waits for the client. */
    readonly settles: boolean
  }
  'a2a/artifact-changed': { readonly update: JsonValue }
  /** Terminal: the first one counts, and nothing after it. */
  'a2a/task-ended': { readonly status: JsonValue; readonly through: number }
  /** The agent answered with a message alone: for clients there was no task. */
  'a2a/replied': { readonly message: JsonValue; readonly timestamp: string }
  'a2a/cancel-requested': Record<string, never>
  'a2a/push-set': { readonly config: JsonValue; readonly wire: string }
  'a2a/push-removed': { readonly config: string }
  /** What became of the notification about the entry `about`. */
  'a2a/push-settled': {
    readonly config: string
    readonly about: number
    readonly outcome: 'delivered' | 'given-up'
    readonly attempts: number
    readonly reason?: string
  }
}

/** The types of a task's thread. */
export type TaskEntryType = keyof TaskEntryData

/** One entry of a task's thread, with its data typed. */
export type TaskEntry<Type extends TaskEntryType = TaskEntryType> = {
  [T in Type]: Entry<T, TaskEntryData[T]>
}[Type]

/** An entry of a task on its way into the log. */
export type NewTaskEntry<Type extends TaskEntryType = TaskEntryType> = {
  [T in Type]: Pick<NewEntry<T, TaskEntryData[T]>, 'type' | 'data' | 'labels' | 'id'>
}[Type]
