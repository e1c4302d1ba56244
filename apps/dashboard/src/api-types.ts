/** A place in the store. */
export interface Place {
  readonly thread: string
  readonly at: number
}

/** What is told of a thread in a list. */
export interface ThreadSummary {
  readonly thread: string
  readonly head: number
  readonly created: number
  readonly updated: number
  readonly origin?: Place
  readonly pending: number
  readonly running: boolean
  readonly due?: number
}

/** An entry, as far as pages look at it. */
export interface ThreadEntry {
  readonly thread: string
  readonly sequence: number
  readonly type: string
  readonly time: number
  readonly by: string
  readonly cause?: number | string
  readonly scope?: string
  readonly labels?: unknown
  readonly data?: unknown
  readonly hash: string
  readonly erased?: boolean
}

/** Entries, and whether there are more. */
export interface EntryPage {
  readonly entries: readonly ThreadEntry[]
  readonly more: boolean
}

/** A state of an agent, as far as pages look at it. */
export interface ThreadState {
  readonly thread: string
  readonly at: number
  readonly status: string
  readonly title?: string
  readonly messages: readonly unknown[]
  readonly [field: string]: unknown
}

/** A commit of a thread. */
export interface Checkpoint {
  readonly thread: string
  readonly sequence: number
  readonly time: number
  readonly types: readonly string[]
  readonly hidden: boolean
  readonly tags: readonly string[]
  readonly duration?: number
  readonly [measure: string]: unknown
}

/** One difference between two states, by JSON Pointer. */
export interface StateChange {
  readonly pointer: string
  readonly type: 'added' | 'removed' | 'changed'
  readonly before?: unknown
  readonly after?: unknown
}

/** How two places differ. */
export interface Diff {
  readonly state: readonly StateChange[]
  readonly messages: {
    readonly common: number
    readonly removed: readonly unknown[]
    readonly added: readonly unknown[]
  }
  readonly files?: readonly { readonly path: string; readonly change: string }[]
}

/** The files of a place, and how they differ from those of now. */
export interface KeptFiles {
  readonly snapshot?: string
  readonly changes?: readonly { readonly path: string; readonly change: string }[]
}

/** An open question. */
export interface Approval {
  readonly id: string
  readonly thread: string
  readonly digest: string
  readonly question: string
  readonly tool: string
  readonly input: unknown
  readonly effects: readonly { readonly kind: string; readonly target: string }[]
  readonly since: number
  readonly folder?: string
  readonly workspace?: string
  readonly wants?: unknown
}
