import { memoryCheckpointer } from '@keepup/checkpoint'
import {
  type AgentEvent,
  type AgentEventMap,
  type AnswerForm,
  type Checkpointer,
  type Concurrency,
  type Effect,
  type Entry,
  isLive,
  type JsonValue,
  type Model,
  type PreparedCall,
  type ReadyCall,
  type Repeat,
  type RunAgent,
  type RunRequest,
  type ToolContext,
  type ToolCoordinator,
  type ToolOutcome,
  trustedLabel,
} from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { afterEach } from 'vitest'

import { createOrchestrator, loopDefaults, type LoopParts, replayRun } from '../src/index.ts'

/** A tool as these tests describe it. */
export interface TestTool {
  readonly repeat?: Repeat
  readonly concurrency?: Concurrency
  readonly decide?: (input: JsonValue) => 'allow' | 'ask' | 'deny'
  readonly digest?: (input: JsonValue) => string
  /** What the coordinator makes of an input before it decides. */
  readonly repaired?: (input: JsonValue) => JsonValue
  readonly effects?: (input: JsonValue) => readonly Effect[]
  /** It asks for words, not for leave. */
  readonly wants?: AnswerForm
  run?(input: JsonValue, context: ToolContext): ToolOutcome | Promise<ToolOutcome>
  reconcile?(input: JsonValue, context: ToolContext): ToolOutcome | Promise<ToolOutcome>
}

export function completed(text: string): ToolOutcome {
  return { type: 'completed', output: { content: [{ type: 'text', text }] } }
}

function effectsOf({ effects }: TestTool, input: JsonValue): readonly Effect[] {
  return effects?.(input) ?? []
}

function repaired(tool: TestTool, input: JsonValue): JsonValue {
  return tool.repaired?.(input) ?? input
}

/** A coordinator over a handful of functions, with the decisions a test wants. */
export function coordinator(tools: Readonly<Record<string, TestTool>>): ToolCoordinator {
  const definitions = Object.keys(tools)
    .toSorted()
    .map((name) => ({ name, description: name, input: { type: 'object' } }))
  const labels = { default: { ...trustedLabel, integrity: 'free-text', sources: ['tool:test'] } } as const
  return {
    definitions: () => definitions,
    async prepare(call): Promise<PreparedCall> {
      const tool = tools[call.name]
      if (tool === undefined) {
        return {
          type: 'refused',
          outcome: { type: 'failed', code: 'tool-unknown', message: call.name },
          labels,
        }
      }
      const input = repaired(tool, call.input)
      const ready: ReadyCall = {
        repeat: tool.repeat ?? 'safe',
        ...(tool.concurrency === undefined ? {} : { concurrency: tool.concurrency }),
        effects: effectsOf(tool, input),
        input,
        digest: tool.digest?.(input) ?? 'digest',
        reconcilable: tool.reconcile !== undefined,
        async run(context) {
          try {
            return { outcome: (await tool.run?.(input, context)) ?? completed('ok'), labels }
          } catch (error) {
            return { outcome: { type: 'failed', code: 'tool-failed', message: String(error) }, labels }
          }
        },
        async reconcile(context) {
          return { outcome: (await tool.reconcile?.(call.input, context)) ?? completed('ok'), labels }
        },
      }
      const decision = tool.decide?.(call.input) ?? 'allow'
      if (decision === 'deny')
        return { type: 'refused', outcome: { type: 'denied', reason: 'policy' }, labels }
      const wants = tool.wants === undefined ? {} : { wants: tool.wants }
      if (decision === 'ask')
        return { type: 'ask', question: `May ${call.name} run?`, reasons: [], ...wants, ready }
      return { type: 'ready', ...ready }
    },
  }
}

export interface Harness {
  readonly checkpointer: Checkpointer
  readonly run: RunAgent
  readonly parts: LoopParts
}

const used = new Set<Checkpointer>()

/** Every thread that a test made must come out the same when it is executed again from its own log. */
afterEach(async () => {
  const made = [...used]
  used.clear()
  for (const checkpointer of made) {
    for await (const { thread, origin } of checkpointer.threads()) {
      const recorded: Entry[] = []
      for await (const entry of checkpointer.log(thread)) recorded.push(entry)
      const past = origin === undefined ? {} : { past: await checkpointer.read(thread, { at: origin.at }) }
      await replayRun(recorded, past)
    }
  }
})

/** A loop over memory, a scripted model and test tools. */
export function harness(
  options: {
    readonly steps?: readonly object[]
    readonly model?: Model
    readonly tools?: Readonly<Record<string, TestTool>>
  } & Partial<Omit<LoopParts, 'tools'>>,
): Harness {
  const { steps, model, tools = {}, ...rest } = options
  const checkpointer = rest.checkpointer ?? memoryCheckpointer()
  used.add(checkpointer)
  const parts: LoopParts = {
    ...loopDefaults,
    system: 'You are a test.',
    mode: 'yolo',
    poll: 5,
    announce: () => {},
    retry: { ...loopDefaults.retry, first: 1, longest: 2 },
    ...rest,
    checkpointer,
    models: rest.models ?? [model ?? scriptedModel({ steps: steps ?? [{ text: 'done' }] })],
    tools: coordinator(tools),
  }
  return { checkpointer, parts, run: createOrchestrator(parts) }
}

/** Runs to the end and gives everything that happened. */
export async function collect(
  run: RunAgent,
  request: Partial<RunRequest> = {},
): Promise<readonly AgentEvent[]> {
  const events: AgentEvent[] = []
  for await (const event of run({ thread: 't', ...request })) events.push(event)
  return events
}

/** The durable types, in order. */
export function types(events: readonly AgentEvent[]): readonly string[] {
  return events.flatMap((event) => (isLive(event) ? [] : [event.type]))
}

/** The data of every event of one type. */
export function dataOf<Type extends keyof AgentEventMap>(
  events: readonly AgentEvent[],
  type: Type,
): readonly (AgentEventMap[Type] extends { data: infer Data } ? Data : never)[] {
  return events.flatMap((event) => (event.type === type && 'data' in event ? [event.data as never] : []))
}

/** How the run ended. */
export function outcomeOf(events: readonly AgentEvent[]) {
  return dataOf(events, 'run-finished').at(-1)
}
