/** Names one agent's append-only history. Chosen by the caller: 1 to 200 characters, none of them a control character. */
export type ThreadId = string

/** The position of an entry in its thread: 1, 2, 3, … without gaps and never given twice. 0 is the position before the first entry. */
export type Sequence = number

/** Names a signal, for ever: sending the same id twice is one signal. */
export type SignalId = string

/** An idempotency name for an entry of a thread with many writers. */
export type EntryId = string

/** One `run` of an agent: from an input to a `run-finished` entry. */
export type RunId = string

/** The name a model gave to a tool call. Unique only within its turn. */
export type CallId = string

/** H(thread, run, sequence of the assistant entry, index): the same on every retry, another one on a fork and in another store. */
export type CallKey = string

/** A SHA-256 in lower-case hexadecimal, 64 characters. */
export type Hash = string

/** The hash of an artifact's bytes. */
export type ArtifactHash = Hash

/** A number that grows with each owner of a thread's lease (a fencing token). */
export type LeaseToken = number

/** Creates an id that was never given before. A part of the runtime, so that a seed or a recording can drive it. */
export type NewId = () => string
