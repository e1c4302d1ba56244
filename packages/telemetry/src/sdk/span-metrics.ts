import type { Attributes, Histogram, Meter } from '@opentelemetry/api'

import type { Profile } from '../profile.ts'
import type { TraceSpan } from '../trace/trace-span.ts'

/** In seconds, as the conventions advise. */
const durations = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
const tokens = [
  1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
]

/** Counts spans as the GenAI metrics of a profile, on the instruments of a meter of OpenTelemetry's API. */
export function countSpans(meter: Meter, profile: Profile = '1.41'): (span: TraceSpan) => void {
  const counters: ((span: TraceSpan) => void)[] = [agentCounter(meter)]
  if (profile !== 'latest') counters.push(olderModelCounter(meter))
  if (profile !== '1.41') counters.push(modelCounter(meter))
  return (span) => counters.forEach((count) => count(span))
}

function agentCounter(meter: Meter): (span: TraceSpan) => void {
  const agents = duration(meter, 'gen_ai.invoke_agent.duration', 'How long agents ran.')
  const models = amount(meter, 'gen_ai.invoke_agent.inference_calls', 'Model calls of a run.', '{call}')
  const calls = amount(meter, 'gen_ai.invoke_agent.tool_calls', 'Tool calls of a run.', '{call}')
  const tools = duration(meter, 'gen_ai.execute_tool.duration', 'How long tools ran.')
  return (span) => {
    const operation = span.attributes['gen_ai.operation.name']
    if (operation === 'invoke_agent') {
      const by = picked(span, 'gen_ai.agent.name')
      agents.record(seconds(span), by)
      models.record(number(span, 'keepup.inference_calls'), by)
      calls.record(number(span, 'keepup.tool_calls'), by)
    } else if (operation === 'execute_tool') tools.record(seconds(span), picked(span, 'gen_ai.tool.name'))
  }
}

const ofModel = [
  'gen_ai.provider.name',
  'gen_ai.request.model',
  'gen_ai.response.model',
  'server.address',
] as const

/** As version 1.41 names them. */
function olderModelCounter(meter: Meter): (span: TraceSpan) => void {
  const operations = duration(meter, 'gen_ai.client.operation.duration', 'How long operations took.')
  const first = duration(meter, 'gen_ai.client.operation.time_to_first_chunk', 'Until the first word came.')
  const usage = amount(meter, 'gen_ai.client.token.usage', 'Tokens that were used.', '{token}')
  return (span) => {
    if (span.attributes['gen_ai.operation.name'] !== 'chat') return
    const by = picked(span, ...ofModel)
    operations.record(seconds(span), by)
    recordFirst(first, span, by)
    for (const type of ['input', 'output'] as const) {
      const used = span.attributes[`gen_ai.usage.${type}_tokens`]
      if (typeof used === 'number') usage.record(used, { ...by, 'gen_ai.token.type': type })
    }
  }
}

/** As the conventions name them since: totals of each kind, and how they are spread over calls. */
function modelCounter(meter: Meter): (span: TraceSpan) => void {
  const operations = duration(meter, 'gen_ai.client.inference.duration', 'How long model calls took.')
  const first = duration(meter, 'gen_ai.client.inference.time_to_first_chunk', 'Until the first word came.')
  const kinds = [
    'input_tokens',
    'output_tokens',
    'cache_read.input_tokens',
    'cache_write.input_tokens',
    'reasoning.output_tokens',
  ]
  const totals = kinds.map((kind) => ({
    kind,
    total: meter.createCounter(`gen_ai.client.inference.usage.${kind}`, {
      unit: '{token}',
      description: 'Tokens that were used.',
    }),
  }))
  const spread = ['input_tokens', 'output_tokens'].map((kind) => ({
    kind,
    histogram: amount(meter, `gen_ai.client.inference.operation.${kind}`, 'Tokens of a call.', '{token}'),
  }))
  return (span) => {
    if (span.attributes['gen_ai.operation.name'] !== 'chat') return
    const by = picked(span, ...ofModel)
    operations.record(seconds(span), by)
    recordFirst(first, span, by)
    for (const { kind, total } of totals) {
      const used = usedOf(span, kind)
      if (used !== undefined) total.add(used, by)
    }
    for (const { kind, histogram } of spread) {
      const used = usedOf(span, kind)
      if (used !== undefined) histogram.record(used, by)
    }
  }
}

/** What a span tells of a kind of tokens, under the name that either profile gives it. */
function usedOf({ attributes }: TraceSpan, kind: string): number | undefined {
  const older = kind === 'cache_write.input_tokens' ? 'cache_creation.input_tokens' : kind
  const used = attributes[`gen_ai.usage.${kind}`] ?? attributes[`gen_ai.usage.${older}`]
  return typeof used === 'number' ? used : undefined
}

function recordFirst(histogram: Histogram, { attributes }: TraceSpan, by: Attributes): void {
  const first = attributes['gen_ai.response.time_to_first_chunk']
  if (typeof first === 'number') histogram.record(first, by)
}

function duration(meter: Meter, name: string, description: string): Histogram {
  return meter.createHistogram(name, {
    unit: 's',
    description,
    advice: { explicitBucketBoundaries: durations },
  })
}

function amount(meter: Meter, name: string, description: string, unit: string): Histogram {
  return meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: tokens } })
}

/** Few values each, so that metrics stay small: never a thread or a run. */
function picked({ attributes }: TraceSpan, ...names: readonly string[]): Attributes {
  const all = ['gen_ai.operation.name', 'error.type', ...names]
  return Object.fromEntries(
    all.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]]])),
  )
}

function number({ attributes }: TraceSpan, name: string): number {
  const value = attributes[name]
  return typeof value === 'number' ? value : 0
}

function seconds({ start, end }: TraceSpan): number {
  return Math.max(0, end - start) / 1000
}
