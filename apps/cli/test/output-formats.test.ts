import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'

import { startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

const steps = [
  {
    calls: [
      { name: 'glob', input: { pattern: '*' } },
      { name: 'read', input: { path: 'nowhere' } },
    ],
  },
  { text: 'There is nothing.' },
]

async function lines(format: string): Promise<readonly Record<string, unknown>[]> {
  const server = await startFakeServer(steps)
  onTestFinished(() => server[Symbol.asyncDispose]())
  const words = ['run', 'look', '--model', server.model, '--thread', 't', '--output-format', format]
  const { code, stdout } = await runInProcess(words, {
    home: temporaryFolder(),
    variables: { NO_COLOR: '1' },
  })
  expect(code).toBe(0)
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** Holds each line against the shape that its type has. */
function expectShapes(
  told: readonly Record<string, unknown>[],
  shapes: Readonly<Record<string, z.ZodType>>,
): void {
  for (const line of told) {
    const shape = shapes[String(line['type'])]
    if (shape === undefined) throw new Error(`a line of no known type: ${JSON.stringify(line)}`)
    const read = shape.safeParse(line)
    expect(read.success ? '' : `${z.prettifyError(read.error)} in ${JSON.stringify(line)}`).toBe('')
  }
}

const amount = z.number().nonnegative()

test('claude: what is written for Claude Code reads a run', async () => {
  const told = await lines('claude')
  const usage = z.object({
    input_tokens: amount,
    output_tokens: amount,
    cache_read_input_tokens: amount,
    cache_creation_input_tokens: amount,
  })
  const block = z.discriminatedUnion('type', [
    z.object({ type: z.literal('text'), text: z.string() }),
    z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown() }),
    z.object({
      type: z.literal('tool_result'),
      tool_use_id: z.string(),
      content: z.string(),
      is_error: z.boolean(),
    }),
  ])
  const common = { session_id: z.literal('t'), uuid: z.string() }
  expectShapes(told, {
    system: z.object({
      ...common,
      subtype: z.literal('init'),
      cwd: z.string(),
      model: z.string(),
      tools: z.array(z.string()),
    }),
    user: z.object({ ...common, message: z.object({ role: z.literal('user'), content: z.array(block) }) }),
    assistant: z.object({
      ...common,
      message: z.object({
        role: z.literal('assistant'),
        content: z.array(block),
        usage,
        stop_reason: z.string().nullable(),
      }),
    }),
    result: z.object({
      ...common,
      subtype: z.enum(['success', 'error_max_turns', 'error_during_execution']),
      is_error: z.boolean(),
      num_turns: amount,
      duration_ms: amount,
      total_cost_usd: amount,
      result: z.string(),
      usage,
    }),
  })
  expect(told[0]).toMatchObject({ type: 'system' })
  expect(told.at(-1)).toMatchObject({
    type: 'result',
    subtype: 'success',
    result: 'There is nothing.',
    num_turns: 2,
  })
  const results = JSON.stringify(told.filter(({ type }) => type === 'user'))
  expect(results).toContain('"is_error":true')
  expect(results).toContain('"is_error":false')
})

test('codex: what is written for codex exec reads a run', async () => {
  const told = await lines('codex')
  const item = z.discriminatedUnion('type', [
    z.object({ id: z.string(), type: z.literal('agent_message'), text: z.string() }),
    z.object({ id: z.string(), type: z.literal('reasoning'), text: z.string() }),
    z.object({
      id: z.string(),
      type: z.literal('mcp_tool_call'),
      server: z.string(),
      tool: z.string(),
      status: z.enum(['in_progress', 'completed', 'failed']),
    }),
    z.object({
      id: z.string(),
      type: z.literal('command_execution'),
      command: z.string(),
      aggregated_output: z.string(),
      exit_code: z.number().nullable(),
      status: z.string(),
    }),
    z.object({ id: z.string(), type: z.literal('error'), message: z.string() }),
  ])
  expectShapes(told, {
    'thread.started': z.object({ thread_id: z.literal('t') }),
    'turn.started': z.object({}),
    'item.started': z.object({ item }),
    'item.completed': z.object({ item }),
    'turn.completed': z.object({
      usage: z.object({ input_tokens: amount, cached_input_tokens: amount, output_tokens: amount }),
    }),
  })
  expect(told.map(({ type }) => type)).toEqual([
    'thread.started',
    'turn.started',
    'item.started',
    'item.started',
    'item.completed',
    'item.completed',
    'item.completed',
    'turn.completed',
  ])
  expect(JSON.stringify(told)).toContain('"status":"failed"')
})

test('gemini: what is written for Gemini CLI reads a run', async () => {
  const told = await lines('gemini')
  const timestamp = z.iso.datetime()
  expectShapes(told, {
    init: z.object({ timestamp, session_id: z.literal('t'), model: z.string() }),
    message: z.object({
      timestamp,
      role: z.enum(['user', 'assistant']),
      content: z.string(),
      delta: z.boolean().optional(),
    }),
    tool_use: z.object({
      timestamp,
      tool_name: z.string(),
      tool_id: z.string(),
      parameters: z.record(z.string(), z.unknown()),
    }),
    tool_result: z.object({
      timestamp,
      tool_id: z.string(),
      status: z.enum(['success', 'error']),
      output: z.string(),
    }),
    result: z.object({
      timestamp,
      status: z.literal('success'),
      stats: z.object({
        total_tokens: amount,
        input_tokens: amount,
        output_tokens: amount,
        duration_ms: amount,
        tool_calls: z.literal(2),
      }),
    }),
  })
  const said = told.filter(({ type, role }) => type === 'message' && role === 'assistant')
  expect(said.map(({ content }) => content).join('')).toBe('There is nothing.')
})

test('a format that nobody knows is a clear error', async () => {
  const { code, stderr } = await runInProcess(['run', 'x', '--output-format', 'morse'], {
    home: temporaryFolder(),
  })
  expect(code).toBe(2)
  expect(stderr).toContain('claude')
})
