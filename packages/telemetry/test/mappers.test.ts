import { convertGenAISpanAttributesToOpenInferenceSpanAttributes as toOpenInference } from '@arizeai/openinference-genai'
import { openTelemetrySpanAdapter } from '@evilmartians/agent-prism-data'
import type { AgentEntry, AgentEvent } from '@keepup/core'
import { expect, test } from 'vitest'

import { type Profile, spansOf, type TraceSpan } from '../src/index.ts'
import { toOtlpJson } from '../src/otlp.ts'
import { live } from './live.ts'

const usage = { input: 100, cached: 60, cacheWritten: 10, output: 20, reasoning: 5 }

async function told(profile: Profile = '1.41'): Promise<readonly TraceSpan[]> {
  const { events } = await live()
  return spansOf(events.flatMap(asPriced), { profile, content: (text) => text })
}

function asPriced(event: AgentEvent): readonly AgentEntry[] {
  if ('live' in event) return []
  if (event.type !== 'assistant-message') return [event]
  const { unpriced: _, ...data } = event.data
  return [{ ...event, data: { ...data, usage, cost: 2_000_000 } }]
}

const sum = (values: readonly unknown[]): number =>
  values.reduce<number>((total, value) => total + (typeof value === 'number' ? value : 0), 0)

test('OpenInference reads each span as what it is, with messages, tools and tokens', async () => {
  const spans = (await told()).map(({ name, attributes }) => ({
    name,
    read: toOpenInference(attributes) ?? {},
  }))
  const kinds = Object.fromEntries(spans.map(({ name, read }) => [name, read['openinference.span.kind']]))
  expect(kinds).toEqual({
    'chat script': 'LLM',
    'execute_tool delete': 'TOOL',
    'execute_tool read': 'TOOL',
    'execute_tool search': 'TOOL',
    'invoke_agent keepup': 'AGENT',
  })
  const [first] = spans
  expect(first?.read).toMatchObject({
    'llm.model_name': 'script',
    'llm.token_count.prompt': 100,
    'llm.token_count.completion': 20,
    'llm.token_count.prompt_details.cache_read': 60,
    'llm.token_count.prompt_details.cache_write': 10,
  })
  const keys = Object.keys(first?.read ?? {}).join(' ')
  expect(keys).toContain('llm.input_messages.')
  expect(keys).toContain('llm.output_messages.0.message.tool_calls.')
  expect(keys).toContain('llm.tools.')
  expect(sum(spans.map(({ read }) => read['llm.token_count.prompt']))).toBe(200)
})

test('AgentPrism reads the tree, with no token counted twice', async () => {
  // OTLP says numbers for statuses (specification, "JSON Protobuf Encoding"); this reader knows only their names.
  const statuses = ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR']
  const document = JSON.parse(toOtlpJson(await told()), (key, value) =>
    key === 'code' && typeof value === 'number' ? statuses[value] : value,
  )
  const [root, ...others] = openTelemetrySpanAdapter.convertRawDocumentsToSpans(document)
  expect(others).toEqual([])
  expect(root).toMatchObject({ type: 'agent_invocation', status: 'success' })
  const children: readonly {
    readonly type: string
    readonly status: string
    readonly tokensCount?: number
  }[] = root?.children ?? []
  expect(children.map(({ type }) => type).toSorted()).toEqual([
    'llm_call',
    'llm_call',
    'tool_execution',
    'tool_execution',
    'tool_execution',
  ])
  expect(children.map(({ status }) => status).toSorted()).toEqual([
    'error',
    'error',
    'success',
    'success',
    'success',
  ])
  expect(sum([root, ...children].map((span) => span?.tokensCount))).toBe(240)
})

/** What Langfuse adds up: every numeric `gen_ai.usage` key, those of parts taken off the whole; an agent's own are ignored. */
function langfuseTokens({ attributes }: TraceSpan): number {
  if (attributes['gen_ai.operation.name'] === 'invoke_agent') return 0
  const of = (key: string): number => sum([attributes[`gen_ai.usage.${key}`]])
  const known = [
    'input_tokens',
    'output_tokens',
    'cache_read.input_tokens',
    'cache_creation.input_tokens',
    'reasoning.output_tokens',
    'cost',
  ]
  const unknown = Object.keys(attributes).filter(
    (key) => key.startsWith('gen_ai.usage.') && !known.includes(key.slice('gen_ai.usage.'.length)),
  )
  const parts = of('cache_read.input_tokens') + of('cache_creation.input_tokens')
  const input = of('input_tokens') - parts
  const output = of('output_tokens') - of('reasoning.output_tokens')
  return input + parts + output + of('reasoning.output_tokens') + sum(unknown.map((key) => attributes[key]))
}

test.each(['1.41', 'both'] as const)(
  'by the rules of Langfuse profile %s counts what was used',
  async (profile) => {
    expect(sum((await told(profile)).map(langfuseTokens))).toBe(240)
  },
)

test('the latest names would be counted twice by them, which is why they are not the default', async () => {
  expect(sum((await told('latest')).map(langfuseTokens))).toBe(260)
})
