import type { Actor } from './entry.ts'
import type { ArtifactHash, Hash, Sequence } from './identifiers.ts'
import type { JsonPointer, JsonValue } from './json.ts'
import type { Label } from './label.ts'
import type { Effect, Repeat, SinkKind, ToolCall } from './tool.ts'

/** How much an agent may do by itself, from nothing that changes anything to everything that no rule denies. */
export type Mode = 'plan' | 'ask' | 'auto-edit' | 'auto' | 'yolo'

/** Why a decision was taken, for people and for the audit. */
export interface Reason {
  /** The rule or policy that says so. */
  readonly rule: string
  readonly text: string
}

/** What a policy says of a call. */
export type Decision =
  | {
      readonly type: 'allow'
      /** Why, for the audit; left out where there is nothing to tell. */
      readonly reasons?: readonly Reason[]
    }
  | { readonly type: 'deny'; readonly reason: string }
  | {
      readonly type: 'ask'
      readonly question: string
      readonly reasons: readonly Reason[]
      /** Only a person may answer: no hook does. Label policies ask so. */
      readonly firm?: true
    }

/** A place in the thread where an argument's value stands as trusted content: a positive match, never inherited through the model. */
export interface ValueOrigin {
  readonly entry: Sequence
  readonly pointer: JsonPointer
  readonly label: Label
  readonly artifact?: ArtifactHash
}

/** One leaf of a call's input. */
export interface GuardedArgument {
  readonly pointer: JsonPointer
  readonly value: JsonValue
  readonly sink?: SinkKind
  /** Where the value was found. Empty: nowhere, so it has no authority. */
  readonly origins: readonly ValueOrigin[]
}

/** Finds where a value stands in the thread as content with a label. Pure; an exception counts as "nowhere". */
export type FindOrigins = (
  argument: Omit<GuardedArgument, 'origins'>,
  call: ToolCall,
) => readonly ValueOrigin[]

/** Everything a policy may look at. */
export interface GuardedCall {
  readonly tool: { readonly name: string; readonly pin: Hash }
  readonly call: ToolCall
  readonly mode: Mode
  readonly repeat: Repeat
  readonly effects: readonly Effect[]
  /** Where the commands of the call start, absolute; the workspace when left out. */
  readonly folder?: string
  /** The join of everything the model was shown. */
  readonly exposure: Label
  readonly arguments: readonly GuardedArgument[]
}

/** A pure function; an exception counts as a denial. Of several, deny beats ask beats allow, whatever their order. */
export type Policy = (call: GuardedCall) => Decision

/** The durable question that `ask` becomes. */
export interface Approval {
  readonly id: string
  /** H(tool pin, canonical arguments, effects, labels): an answer holds only for this. */
  readonly digest: Hash
  readonly question: string
  readonly reasons: readonly Reason[]
}

/** A person's answer to an approval. The first one wins. */
export interface Answer {
  readonly approval: string
  readonly digest: Hash
  readonly allow: boolean
  readonly by: Actor
  /** Shown to the model where it is a no. Where the call asked for words, with an allowing answer: those words. */
  readonly message?: string
}
