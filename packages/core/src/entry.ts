import type { Timestamp } from './clock.ts'
import type { ArtifactHash, EntryId, Hash, Sequence, SignalId, ThreadId } from './identifiers.ts'
import type { LabelTable } from './label.ts'

/** Who caused an entry or sent a signal: `user`, `runtime`, `model:NAME`, `tool:NAME`, `agent:THREAD`. `[A-Za-z0-9:._/@+-]`, at most 200 characters. */
export type Actor = string

/** One fact on its way into a thread. Everything but `data` is the header, which holds no free text. */
export interface NewEntry<Type extends string = string, Data = unknown> {
  /** Noun-verb, past tense: `tool-finished`. Lower-case letters, digits, `-`, and `/` after a package's prefix; at most 64 characters. */
  readonly type: Type
  /** The version of the shape of `data`, from 1. */
  readonly version: number
  /** A reader that does not know the type must refuse the thread (`thread-too-new`); others are skipped. */
  readonly critical: boolean
  readonly time: Timestamp
  readonly by: Actor
  /** What this follows from: an earlier entry of the same thread (a number) or a signal (a string). */
  readonly cause?: Sequence | SignalId
  /** The graph node, branch or phase it belongs to. */
  readonly scope?: string
  /** Provenance of the content in `data`. Left out only where `data` holds no content. */
  readonly labels?: LabelTable
  /**
   * The thread waits at most until then: `threads({ due })` finds it from that moment on, until the next commit of the thread that has a critical entry. Others carry no
   * news of the wait.
   */
  readonly until?: Timestamp
  /** Artifacts that `data` names. They must be stored before; they are kept as long as an entry names them. */
  readonly artifacts?: readonly ArtifactHash[]
  /** Only in threads with many writers: the same id twice is one entry. */
  readonly id?: EntryId
  /** A value that the codec can give back exactly: see `encodeValue` in `@keepup/checkpoint`. */
  readonly data: Data
}

/** One fact of a thread: immutable once committed. */
export interface Entry<Type extends string = string, Data = unknown> extends NewEntry<Type, Data> {
  readonly thread: ThreadId
  readonly sequence: Sequence
  /** 16 random bytes in hexadecimal. Erasing salt and data leaves the chain verifiable. */
  readonly salt: string
  /** H(hash of the entry before, header, H(salt, data)). */
  readonly hash: Hash
  /** True where data and salt were erased; `data` is then `undefined` and `salt` empty. */
  readonly erased?: true
  /** H(salt, data), kept where they were erased, so that the chain stays verifiable. */
  readonly dataHash?: Hash
}
