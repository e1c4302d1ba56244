import type { ArtifactHash, CallId } from './identifiers.ts'
import type { JsonObject, JsonValue } from './json.ts'

/** Plain text. */
export interface TextPart {
  readonly type: 'text'
  readonly text: string
  /** What the provider wants back with this part, by provider (signatures, cache marks). */
  readonly provider?: JsonObject
}

/** What a model thought aloud. Sent back only to the provider that made it. */
export interface ReasoningPart {
  readonly type: 'reasoning'
  readonly text: string
  readonly provider?: JsonObject
}

/** An image or another file: kept as an artifact, or small and inline as base64. */
export interface FilePart {
  readonly type: 'file'
  readonly mediaType: string
  readonly name?: string
  readonly source: { readonly artifact: ArtifactHash } | { readonly base64: string }
}

/** A model's wish to call a tool. */
export interface ToolCallPart {
  readonly type: 'tool-call'
  readonly id: CallId
  readonly name: string
  /** The arguments as parsed JSON; the raw text in `invalid` where it was no JSON. */
  readonly input: JsonValue
  readonly invalid?: string
  readonly provider?: JsonObject
}

/** What a tool call came to, as the model is told. */
export interface ToolResultPart {
  readonly type: 'tool-result'
  readonly id: CallId
  readonly name: string
  readonly content: readonly (TextPart | FilePart)[]
  /** Whether the model should see it as a failure. */
  readonly error: boolean
}

/** What a person says, or whoever speaks for one. */
export interface UserMessage {
  readonly role: 'user'
  readonly content: readonly (TextPart | FilePart)[]
}

/** What a model says, and the calls that it wants. */
export interface AssistantMessage {
  readonly role: 'assistant'
  readonly content: readonly (TextPart | ReasoningPart | ToolCallPart)[]
}

/** What the calls of the message before came to, in their order. */
export interface ToolMessage {
  readonly role: 'tool'
  readonly content: readonly ToolResultPart[]
}

/** One message of a conversation, in no provider's dialect. Never changed once made, so that conversions of it can be memoised. */
export type Message = UserMessage | AssistantMessage | ToolMessage

/** Messages in order. An array is one; the loop hands out views that share structure, so do not keep an index into it across requests. */
export interface MessageList extends Iterable<Message> {
  readonly length: number
  /** The message at a place; a negative one counts from the end. */
  at(index: number): Message | undefined
}
