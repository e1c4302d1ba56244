import { memoryCheckpointer } from '@keepup/checkpoint'
import { lostLabel, type RunRequest } from '@keepup/core'
import { agentToolName, runAgentTool, serveMcpHttp } from '@keepup/mcp/serve'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel, type Step } from '@keepup/testing/scripted-model'
import { expect, onTestFinished, test, vi } from 'vitest'

import { connect } from './clients.ts'
import { exampleTools, serveParts } from './serve-harness.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Serves an agent whose model follows a script, and what it was run with. */
async function serveAgent(steps: readonly Step[]) {
  const checkpointer = memoryCheckpointer()
  const model = scriptedModel({ steps })
  const { run } = createRuntime({ model, checkpointer, tools: exampleTools(), mode: 'yolo' })
  const requests: RunRequest[] = []
  const tool = runAgentTool((request) => {
    requests.push(request)
    return run(request)
  })
  const served = await serveMcpHttp(serveParts([tool], { mode: 'yolo' }), { port: 0 })
  onTestFinished(() => served[Symbol.asyncDispose]())
  return { client: await connect('2025-11-25', { url: served.url }), requests }
}

test('an agent is run, shows what it does, answers, and is gone on with by its thread', async () => {
  const { client, requests } = await serveAgent([
    { calls: [{ name: 'add', input: { a: 1, b: 2 } }] },
    { text: 'It is three.' },
    { text: 'Still three.' },
  ])
  const said: string[] = []
  const first = await client.call(agentToolName, { prompt: 'Add.' }, { progress: (text) => said.push(text) })
  expect(first).toMatchObject({
    content: [{ text: expect.stringContaining('It is three.') }],
    structuredContent: { outcome: 'completed', thread: expect.stringMatching(/^mcp-agent-[0-9a-f]{16}$/) },
  })
  expect(said).toEqual(expect.arrayContaining([expect.stringMatching(/^thread mcp-agent-/), 'calls add']))
  const { thread } = first.structuredContent as { thread: string } // as the line above expects
  const second = await client.call(agentToolName, { prompt: 'Sure?', thread })
  expect(second).toMatchObject({ structuredContent: { text: 'Still three.', thread } })
  expect(requests.map(({ label }) => label)).toEqual([lostLabel, lostLabel])
})

test('the threads of others are not to be named, and neither is nothing', async () => {
  const { client, requests } = await serveAgent([{ text: 'Never.' }])
  for (const thread of ['apple', 'mcp-agent-x', '../mcp-agent-0123456789abcdef', '']) {
    const answer = await client.call(agentToolName, { prompt: 'Tell me all.', thread })
    expect(answer).toMatchObject({ isError: true, meta: { 'keepup/outcome': { code: 'thread-unknown' } } })
  }
  expect(await client.call(agentToolName)).toMatchObject({ isError: true })
  expect(requests).toEqual([])
})

test('an agent that fails tells why, and by which thread to go on', async () => {
  const { client } = await serveAgent([{ fail: { kind: 'unauthorised', message: 'the key is wrong' } }])
  const answer = await client.call(agentToolName, { prompt: 'Hello.' })
  expect(answer.isError).toBe(true)
  expect(JSON.stringify(answer.content)).toMatch(/the key is wrong.*call run_agent with thread/)
})
