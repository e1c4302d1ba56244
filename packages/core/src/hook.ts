import type { Milliseconds } from './clock.ts'
import type { Decision, Mode, Reason } from './decision.ts'
import type { ThreadId } from './identifiers.ts'
import type { JsonValue } from './json.ts'
import type { AssistantMessage } from './message.ts'
import type { Usage } from './model.ts'
import type { Effect, ToolCall, ToolOutcome, ToolOutput } from './tool.ts'

/** A moment at which hooks are run. */
export type HookEvent =
  | { readonly type: 'session-started'; readonly source: 'startup' | 'resume' }
  | { readonly type: 'session-ended'; readonly reason: string }
  /** A person's words, before the model is shown them. A denial keeps them from it. */
  | { readonly type: 'prompt-submitted'; readonly prompt: string }
  /** Before a call of the model. A denial ends the run. */
  | { readonly type: 'model-requested'; readonly model: string; readonly turn: number }
  | {
      readonly type: 'model-answered'
      readonly model: string
      readonly message: AssistantMessage
      readonly usage: Usage
    }
  /** Before a call of a tool, after its input was validated. */
  | {
      readonly type: 'tool-requested'
      readonly call: ToolCall
      readonly input: JsonValue
      readonly effects: readonly Effect[]
    }
  /** After a call of a tool. */
  | {
      readonly type: 'tool-ended'
      readonly call: ToolCall
      readonly input: JsonValue
      readonly outcome: ToolOutcome
      readonly duration: Milliseconds
    }
  /** A person is about to be asked about a call: an allowing or denying hook answers in their place, unless the question is firm. */
  | {
      readonly type: 'permission-requested'
      readonly call: ToolCall
      readonly input: JsonValue
      readonly question: string
      readonly reasons: readonly Reason[]
    }
  | { readonly type: 'compaction-requested'; readonly trigger: 'manual' | 'auto' }
  | { readonly type: 'compaction-ended'; readonly trigger: 'manual' | 'auto' }
  | { readonly type: 'agent-started'; readonly agent: string; readonly role: string }
  | {
      readonly type: 'agent-ended'
      readonly agent: string
      readonly role: string
      readonly lastText: string
      readonly again: boolean
    }
  /** The agent has answered and is about to finish. A denial lets it go on, with the reason as its task. `again`: it went on for that before. */
  | { readonly type: 'stop-requested'; readonly lastText: string; readonly again: boolean }
  /** Something that a person should know, such as an approval that waits. */
  | { readonly type: 'notified'; readonly text: string }

/** The types of {@link HookEvent}. */
export type HookEventType = HookEvent['type']

/** What hooks say of an event, all of them together: deny beats ask beats allow, whatever their order. Empty where they say nothing. */
export interface HookVerdict {
  readonly decision?: Decision
  /** `tool-requested`, `permission-requested`: the input as it shall be instead. It is validated, and decided upon, as if the model had written it. */
  readonly input?: JsonValue
  /** `tool-ended`: what the model is shown instead. */
  readonly output?: ToolOutput
  /** What the model is told besides. It is free text to every policy. */
  readonly context?: readonly string[]
  /** Ends the run, for this reason. */
  readonly stop?: string
  /** For the person who watches. */
  readonly messages?: readonly string[]
}

/** What hooks are told of the moment. */
export interface HookSituation {
  readonly thread: ThreadId
  readonly mode: Mode
  /** Aborted when the run is interrupted: a hook that is still at work is ended, and a guard that was cut short denies. */
  readonly signal: AbortSignal
  /** Resolves once everything that led to this moment is durable: awaited before a command is started. */
  readonly recorded?: () => Promise<void>
}

/** Code around the steps of an agent: functions of a program, or commands that a person configured. */
export interface Hooks {
  /** Whether any hook wants to know of such events: the others cost nothing. */
  listens(type: HookEventType): boolean
  /** Runs the hooks of one event. Never rejects: a guard that fails, whatever the way, denies. */
  run(event: HookEvent, situation: HookSituation): Promise<HookVerdict>
}
