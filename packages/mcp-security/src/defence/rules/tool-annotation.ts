import type { Integrity, JsonPointer, JsonValue, SinkKind } from '@keepup/core'

/**
 * What an argument decides: core's kinds, and `target` (who is paid), `profile` (a field of the user's own record) and `name` (of a new thing). `content`, `amount`,
 * `scalar` and `name` are free; the others need authority.
 */
export const argumentKinds: readonly ArgumentKind[] = [
  'recipient',
  'principal',
  'resource',
  'url',
  'path',
  'command',
  'amount',
  'secret',
  'payload',
  'content',
  'scalar',
  'target',
  'profile',
  'name',
]

/** One of {@link argumentKinds}. */
export type ArgumentKind = SinkKind | 'target' | 'profile' | 'name'

/**
 * A place in a result: a JSON Pointer in which `*` stands for any index or key. It covers everything below it; `/**` covers the whole result.
 */
export type PointerPattern = string

/** How far each part of a tool's result can be trusted. What is not said is free text. */
export interface OutputAnnotation {
  readonly default: Integrity
  readonly fields?: Readonly<Record<PointerPattern, Integrity>>
  /** An item whose field has this value was made by the user: all of it is trusted. */
  readonly trustedIf?: { readonly field: string; readonly equals: JsonValue }
  readonly confidential?: readonly PointerPattern[]
  /** Where the author of an item stands. */
  readonly author?: PointerPattern
}

/** The words by which a user's prompt grants an effect: one of `verbs`, and one of `objects` where there are any. */
export interface IntentTerms {
  readonly verbs: readonly string[]
  readonly objects?: readonly string[]
}

/** What the defence must know of a tool. A tool without one is judged as writing, outward, with every argument unknown. */
export interface ToolAnnotation {
  /**
   * `egress-read`: reading that itself tells somebody something, such as fetching a web page. `workspace`: it changes files of the workspace alone, of which the earlier
   * ones are kept, so that nothing leaves and nothing is lost.
   */
  readonly effect: 'read' | 'write' | 'egress-read' | 'workspace'
  /** It runs what files of the workspace say, which no rule over calls can judge. */
  readonly runs?: boolean
  /** Of every argument that decides something; the longest pointer that is a prefix of a leaf counts. */
  readonly arguments?: Readonly<Record<JsonPointer, ArgumentKind>>
  /** Whether it can reach somebody else: always, or when an argument is given. */
  readonly outward?: boolean | { readonly whenGiven: JsonPointer }
  /** It takes something away that does not come back. */
  readonly destructive?: boolean
  /** What it does can be undone. */
  readonly reversible?: boolean
  /** Done to what the agent itself made, it needs no words of the user. */
  readonly freeForOwn?: boolean
  /** It spends money. */
  readonly cost?: boolean
  readonly outputs?: OutputAnnotation
  /** Its output says nothing but what the call said: it brings nothing of others. */
  readonly echoes?: boolean
  /** It is judged by the effects that the tool declares of the call, where the defence knows the workplace, and not by what stands here. */
  readonly byEffects?: boolean
  /** Where the words that are derived from the tool's name do not fit. */
  readonly intent?: IntentTerms
  /** One line; read for verbs where the name has none. */
  readonly description?: string
}

/** Annotations by the name of the tool. */
export type ToolAnnotations = Readonly<Record<string, ToolAnnotation>>
