import assert from 'node:assert/strict'

import {
  type CallSituation,
  type JsonValue,
  type Policy,
  type PreparedCall,
  type ReadyCall,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolCoordinator,
  systemClock,
  trustedLabel,
} from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { Check } from '../check.ts'
import type { CoordinatorParts, ToolCoordinatorHarness } from './harness.ts'

/** A check of a coordinator. */
export type CoordinatorCheck = Check<ToolCoordinatorHarness>

/** What the suite's tools take. */
export interface Input {
  readonly path: string
  readonly times?: number
}

type SuiteTool = Tool<Input>

/** A tool that does nothing but what a check says. */
export function tool(name: string, more: Partial<SuiteTool> = {}): SuiteTool {
  return {
    name,
    description: `Does ${name}.`,
    input: jsonSchema<Input>({
      type: 'object',
      properties: { path: { type: 'string' }, times: { type: 'number' } },
      required: ['path'],
      additionalProperties: false,
    }),
    repeat: 'safe',
    effects: ({ path }) => [{ kind: 'read', target: path }],
    run: async ({ path }) => ({ content: [{ type: 'text', text: `did ${path}` }] }),
    ...more,
  }
}

/** Makes a coordinator for a check. */
export function coordinate(
  harness: ToolCoordinatorHarness,
  tools: readonly SuiteTool[],
  more: Partial<Omit<CoordinatorParts, 'tools'>> = {},
): ToolCoordinator {
  return harness.create({ policies: [], timeout: 10_000, outputLimit: 10_000, ...more, tools })
}

/** A call as the loop hands it on. */
export function call(
  name: string,
  input: JsonValue = { path: '/a' },
  more: Partial<ToolCall> = {},
): ToolCall {
  return { thread: 'thread', id: 'call-1', key: 'key-1', name, input, ...more }
}

/** The moment of a call in which nothing is forbidden. */
export function situation(more: Partial<CallSituation> = {}): CallSituation {
  return { mode: 'yolo', exposure: trustedLabel, signal: new AbortController().signal, ...more }
}

/** What a running tool may use, with everything it records thrown away. */
export function context(of: ToolCall, signal: AbortSignal = new AbortController().signal): ToolContext {
  return {
    call: of,
    signal,
    clock: systemClock,
    idempotencyKey: of.key,
    progress: () => undefined,
    processStarted: async () => undefined,
  }
}

/** The call where it may run; a failure that says what came instead. */
export function ready(prepared: PreparedCall): ReadyCall {
  return prepared.type === 'ready' ? prepared : assert.fail(`not ready: ${JSON.stringify(prepared)}`)
}

/** How a call that ended in `prepare` ended. */
export function refused(prepared: PreparedCall): Extract<PreparedCall, { type: 'refused' }>['outcome'] {
  return prepared.type === 'refused' ? prepared.outcome : assert.fail(`not refused but ${prepared.type}`)
}

/** Policies that say one thing. */
export const saying = {
  allow: (): ReturnType<Policy> => ({ type: 'allow' }),
  deny: (): ReturnType<Policy> => ({ type: 'deny', reason: 'the house says no' }),
  ask: (): ReturnType<Policy> => ({
    type: 'ask',
    question: 'May it?',
    reasons: [{ rule: 'house', text: 'it is odd' }],
  }),
}
