import type { JsonObject, JsonValue } from '@keepup/core'

/** A length of time: a number and `ms`, `s`, `m`, `h` or `d`. */
export type DurationText = string

/** A bare expression in CEL. */
export type ExpressionText = string

/** Values for channels, by name; a channel's name alone stands for the result as it is. Texts in the values may hold `{{ expressions }}`. */
export type UpdateText = string | Readonly<Record<string, JsonValue>>

/** What every node may say; see `NodeOptions`. */
export interface CommonFields {
  readonly description?: string | undefined
  readonly visits?: number | undefined
  readonly otherwise?: string | undefined
  readonly defer?: boolean | undefined
}

/** What nodes that do something may say besides; see `EffectOptions`. */
export interface EffectFields extends AttemptFields {
  readonly repeat?: 'safe' | 'idempotent' | 'once' | undefined
}

/** What nodes that may be tried again say; see `EffectOptions`. */
export interface AttemptFields extends CommonFields {
  readonly retry?: RetryFields | undefined
  readonly timeout?: DurationText | undefined
}

/** When to try again; see `NodeRetry`. */
export interface RetryFields {
  readonly attempts: number
  readonly delay?: DurationText | undefined
  readonly factor?: number | undefined
  readonly longest?: DurationText | undefined
}

/** Calls a function of the host. */
export interface FunctionFields extends EffectFields {
  readonly kind: 'function'
  readonly function: string
  readonly with?: Readonly<Record<string, JsonValue>> | undefined
  readonly update?: UpdateText | undefined
}

/** Calls a tool. */
export interface ToolFields extends EffectFields {
  readonly kind: 'tool'
  readonly tool: string
  readonly with?: Readonly<Record<string, JsonValue>> | undefined
  readonly update?: UpdateText | undefined
}

/** Asks a model once. */
export interface PromptFields extends EffectFields {
  readonly kind: 'prompt'
  readonly prompt: string
  readonly system?: string | undefined
  readonly model?: string | undefined
  readonly schema?: JsonObject | undefined
  readonly maxOutput?: number | undefined
  readonly temperature?: number | undefined
  readonly update?: UpdateText | undefined
}

/** Runs an agent in a thread of its own. */
export interface AgentFields extends AttemptFields {
  readonly kind: 'agent'
  readonly agent: string
  readonly prompt: string
  readonly update?: UpdateText | undefined
}

/** Runs a graph within. */
export interface SubgraphFields extends CommonFields {
  readonly kind: 'graph'
  readonly graph: string
  readonly with?: Readonly<Record<string, JsonValue>> | undefined
  readonly update?: UpdateText | undefined
}

/** Sets channels. */
export interface SetFields extends CommonFields {
  readonly kind: 'set'
  readonly update: Readonly<Record<string, JsonValue>>
}

/** How long a wait may take. */
export interface DeadlineFields extends CommonFields {
  readonly within?: DurationText | undefined
  readonly until?: ExpressionText | undefined
}

/** Waits for a person's answer. */
export interface PersonFields extends DeadlineFields {
  readonly kind: 'wait'
  readonly for: 'person'
  readonly question: string
  readonly options?: readonly string[] | undefined
  readonly multiple?: boolean | undefined
  readonly answer?: JsonObject | undefined
  readonly late?: Readonly<Record<string, JsonValue>> | undefined
  readonly update?: UpdateText | undefined
}

/** Waits for a named signal. */
export interface SignalFields extends DeadlineFields {
  readonly kind: 'wait'
  readonly for: 'signal'
  readonly signal: string
  readonly data?: JsonObject | undefined
  readonly late?: Readonly<Record<string, JsonValue>> | undefined
  readonly update?: UpdateText | undefined
}

/** Waits for a time. */
export interface TimeFields extends DeadlineFields {
  readonly kind: 'wait'
  readonly for: 'time'
  readonly update?: Readonly<Record<string, JsonValue>> | undefined
}

/** A node that a `map` may run for each item. */
export type TemplateStep =
  | FunctionFields
  | ToolFields
  | PromptFields
  | AgentFields
  | SubgraphFields
  | PersonFields
  | SignalFields
  | TimeFields

/** Does one thing with each item of a list. */
export interface MapFields extends CommonFields {
  readonly kind: 'map'
  readonly over: ExpressionText
  readonly do: TemplateStep
  readonly update?: UpdateText | undefined
}

/** Goes to the first case that holds. */
export interface ConditionFields extends CommonFields {
  readonly kind: 'condition'
  readonly cases: readonly { readonly when: ExpressionText; readonly to: string }[]
  readonly else: string
}

/** A node of a template. */
export type TemplateNode = TemplateStep | SetFields | MapFields | ConditionFields
