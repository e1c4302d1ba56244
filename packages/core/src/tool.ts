import type { StandardSchemaV1 } from '@standard-schema/spec'

import type { ArtifactStore } from './artifact-store.ts'
import type { CallThread } from './call-thread.ts'
import type { Clock, Milliseconds } from './clock.ts'
import type { ArtifactHash, CallId, CallKey, ThreadId } from './identifiers.ts'
import type { JsonObject, JsonPointer, JsonValue } from './json.ts'
import type { Integrity, LabelTable, SourceId } from './label.ts'
import type { FilePart, TextPart } from './message.ts'
import type { PersonAnswer, PersonQuestion } from './person-question.ts'

/**
 * What a call may touch. `target` is a path (absolute, resolved), a host, or a command, as `kind` says; `*` where it cannot be known.
 * `delete` covers truncating too. `input` is a person's keyboard, pointer or screen.
 */
export interface Effect {
  readonly kind: 'exec' | 'read' | 'write' | 'delete' | 'net' | 'input'
  readonly target: string
}

/** Whether a call may be repeated, in RFC 9110's words. `once` is the only safe answer for what is unknown. */
export type Repeat = 'safe' | 'idempotent' | 'once'

/** Whether a call may run beside others of the same turn (`shared`) or only by itself, in the order of the calls (`exclusive`). */
export type Concurrency = 'shared' | 'exclusive'

/** What an argument decides, for policies: whom it reaches, what it names, what it says. */
export type SinkKind =
  | 'recipient'
  | 'principal'
  | 'resource'
  | 'url'
  | 'path'
  | 'command'
  | 'amount'
  | 'secret'
  | 'payload'
  | 'content'
  | 'scalar'

/** How far a tool's result can be trusted, as a whole and by part. */
export interface OutputLabels {
  readonly default: Integrity
  readonly leaves?: Readonly<Record<JsonPointer, Integrity>>
  readonly confidential?: boolean
  /** Who said it; the tool itself when left out. */
  readonly source?: SourceId
}

/** What a tool gives back. */
export interface ToolOutput {
  readonly content: readonly (TextPart | FilePart)[]
  /** The same as data, for programs and policies. */
  readonly structured?: JsonValue
  /** Where it differs from what `produces` declares. Hooks and post-processing may lower it, never raise it. */
  readonly labels?: LabelTable
  /** Artifacts that the content speaks of without being them, such as the whole of an output that was cut. */
  readonly artifacts?: readonly ArtifactHash[]
  /** Where the commands of this thread start from now on, absolute: its state remembers it, over crashes, forks and rewinds. */
  readonly folder?: string
  /**
   * What the model is still to see when this call was compacted away, in a few lines: the thread's state keeps the latest of each tool, over crashes, forks
   * and rewinds. Empty: nothing any more. Beyond 8,000 characters it is cut.
   */
  readonly kept?: string
}

/** What a tool call came to. `unknown`: it may have happened. */
export type ToolOutcome =
  | { readonly type: 'completed'; readonly output: ToolOutput }
  | { readonly type: 'failed'; readonly code: string; readonly message: string; readonly output?: ToolOutput }
  | { readonly type: 'denied'; readonly reason: string }
  | { readonly type: 'timed-out'; readonly after: Milliseconds; readonly output?: ToolOutput }
  | { readonly type: 'unknown'; readonly reason: string; readonly output?: ToolOutput }

/** A call as the loop hands it on. */
export interface ToolCall {
  readonly thread: ThreadId
  readonly id: CallId
  readonly key: CallKey
  readonly name: string
  readonly input: JsonValue
  /** The model's text where it was no JSON. */
  readonly invalid?: string
}

/** A process that a call started, so that it can be found after a crash. */
export interface StartedProcess {
  readonly pid: number
  /** The process group it leads; equal to `pid`. */
  readonly group: number
  /** When it started, in the system's own spelling, so that a later process with the same number is told apart. */
  readonly started?: string
}

/** What a running tool may use. */
export interface ToolContext {
  readonly call: ToolCall
  /** Aborted on interrupt, time-out and lost lease: stop, leave nothing running, and reject or return what there is. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Hand it to services that accept one. Equal to the call's key. */
  readonly idempotencyKey: string
  /** Where large outputs go. Of those that are stored, a tool reads what its own thread names, and what it stored itself. */
  readonly artifacts?: ArtifactStore
  /** Where the commands of this thread start, as the call was judged; where that was never said, wherever the tool starts them. */
  readonly folder?: string
  /** What a person answered to the question of this call; see {@link Tool.asks}. */
  readonly answer?: PersonAnswer
  /** The thread of the call, for tools that start agents; not every caller of tools has one. */
  readonly thread?: CallThread
  /** Reports progress to whoever watches; never stored. */
  progress(text: string): void
  /** Records a process before it does anything, so that recovery can end it. Resolves once that is durable. */
  processStarted(process: StartedProcess): Promise<void>
}

/** The schema of a tool's input: any Standard Schema. Those that also tell their JSON Schema need no `inputJsonSchema`. */
export type ToolInput<Input> = StandardSchemaV1<unknown, Input>

/** A call that another one stands for. */
export interface StoodForCall {
  readonly tool: Tool
  readonly input: JsonValue
  /** The input of the call that stands for it, where this one's became another: `{ name, arguments: input }`. */
  around(input: JsonValue): JsonValue
}

/** Something an agent can do. What it may touch is declared for each input, not guessed from its name. */
export interface Tool<Input = unknown> {
  /** `[A-Za-z0-9_-]`, at most 64 characters. */
  readonly name: string
  readonly description: string
  readonly input: ToolInput<Input>
  /** Where `input` cannot tell its JSON Schema itself. */
  readonly inputJsonSchema?: JsonObject
  readonly repeat: Repeat
  /** `shared` where `repeat` is `safe`, else `exclusive`, when left out. */
  readonly concurrency?: Concurrency
  /** Pure; an exception counts as every effect. `folder`: where the commands of the thread start, see {@link ToolContext.folder}. */
  effects(input: Input, moment?: { readonly folder?: string }): readonly Effect[]
  /**
   * A question to a person that must be answered before the call is run, whatever the mode: the run waits for it as for an approval, and no hook answers it. The
   * answer is in the context of the call. Pure; `undefined` where there is nothing to ask.
   */
  asks?(input: Input): PersonQuestion | undefined
  /** Models are not told of it; a call of it by its name is run as any other. */
  readonly unlisted?: boolean
  /**
   * The call of another tool that this one stands for: that one's input is validated, that one is what hooks and policies see, and what is run, bounded and
   * labelled. What is recorded is the call that the model made. Pure, and not asked again of the tool that it names; `undefined` where the call is this tool's own.
   */
  standsFor?(input: Input): StoodForCall | undefined
  readonly sinks?: Readonly<Record<JsonPointer, SinkKind>>
  readonly produces?: OutputLabels
  /** How long a call may take; the coordinator's default when left out. */
  readonly timeout?: Milliseconds
  /** Does it. A rejection is a `failed` outcome. */
  run(input: Input, context: ToolContext): Promise<ToolOutput | ToolOutcome>
  /** After a crash: did it happen? */
  reconcile?(input: Input, context: ToolContext): Promise<ToolOutcome>
}
