import { memoryCheckpointer } from '@keepup/checkpoint'
import {
  type Checkpointer,
  type Entry,
  type Label,
  systemClock,
  type Tool,
  type ToolOutput,
} from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { answer, createRuntime, type RuntimeParts } from '@keepup/runtime'
import { scriptedModel, type Step } from '@keepup/testing/scripted-model'
import { expect, test, vi } from 'vitest'

import { agentOfRun, bearerTokens } from '../../src/protocol/server/index.ts'
import { at, type Binding, items, type Json, jsonRpc } from './bindings.ts'
import { all, said, serve } from './served.ts'

vi.setConfig({ testTimeout: 30_000 })

/** An agent of the real loop whose model follows a script, served to alice. */
async function serveRun(steps: readonly Step[], parts: Partial<RuntimeParts> = {}) {
  const checkpointer = memoryCheckpointer()
  const { run } = createRuntime({
    model: scriptedModel({ steps }),
    checkpointer,
    mode: 'ask',
    poll: 5,
    ...parts,
  })
  const agent = agentOfRun({ checkpointer, clock: systemClock, run })
  const authenticators = [bearerTokens({ alice: 'a' })]
  const served = await serve({ checkpointer, agent, authenticators })
  const plain = jsonRpc(served.card.supportedInterfaces[0]?.url ?? '')
  const headers = { authorization: 'Bearer a' }
  const binding: Pick<Binding, 'call' | 'stream'> = {
    call: (operation, params, more) => plain.call(operation, params, { ...headers, ...more }),
    stream: (operation, params, more) => plain.stream(operation, params, { ...headers, ...more }),
  }
  return { checkpointer, binding, served }
}

async function agentEntries(checkpointer: Checkpointer): Promise<readonly Entry[]> {
  for await (const { thread } of checkpointer.threads())
    if (thread.startsWith('a2a-agent-')) return (await checkpointer.read(thread)).entries
  return []
}

/** A tool that needs leave. */
function deploy(runs: string[], output: Partial<ToolOutput> = {}): Tool {
  return {
    name: 'deploy',
    description: 'Deploys.',
    input: jsonSchema({ type: 'object', additionalProperties: false }),
    repeat: 'once',
    effects: () => [{ kind: 'exec', target: 'deploy' }],
    run: () => {
      runs.push('deployed')
      return Promise.resolve({ content: [{ type: 'text', text: 'deployed' }], ...output })
    },
  }
}

/** A tool that asks for words. */
const ask: Tool = {
  name: 'ask',
  description: 'Asks.',
  input: jsonSchema({ type: 'object', additionalProperties: false }),
  repeat: 'safe',
  effects: () => [],
  asks: () => ({ text: 'Which colour?' }),
  run: (_input, { answer: given }) =>
    Promise.resolve({ content: [{ type: 'text', text: `The client said: ${given?.text}` }] }),
}

test('a task is a run: what it says on its way, its answer as an artifact, and the words of the client as data', async () => {
  const { binding, checkpointer } = await serveRun(
    [{ text: 'I look.', calls: [{ name: 'deploy', input: {} }] }, { text: 'All is well.' }],
    { tools: [deploy([])], mode: 'yolo' },
  )
  const { events } = await binding.stream('SendStreamingMessage', said('How is it?'))
  const told = await all(events)
  expect(
    told.map((event) => at(event, 'statusUpdate', 'status', 'state') ?? Object.keys(Object(event))[0]),
  ).toEqual(['task', 'TASK_STATE_WORKING', 'TASK_STATE_WORKING', 'artifactUpdate', 'TASK_STATE_COMPLETED'])
  expect(told[2]).toMatchObject({ statusUpdate: { status: { message: { parts: [{ text: 'I look.' }] } } } })
  expect(told[3]).toMatchObject({
    artifactUpdate: { artifact: { name: 'answer', parts: [{ text: 'All is well.' }] } },
  })
  const message = (await agentEntries(checkpointer)).find(({ type }) => type === 'user-message')
  const label: Label = {
    integrity: 'free-text',
    sources: ['a2a:alice'],
    readers: 'anyone',
    confidential: false,
  }
  expect(message?.labels).toEqual({ default: label })
})

test('a call that needs leave waits for a person here: no message of the client gives it, the answer of the person does', async () => {
  const runs: string[] = []
  const steps = [{ calls: [{ name: 'deploy', input: {} }] }, { text: 'Done.' }]
  const { binding, checkpointer } = await serveRun(steps, { tools: [deploy(runs)] })
  const asked = await binding.call('SendMessage', said('Deploy.'))
  const taskId = at(asked.result, 'task', 'id')
  expect(asked.result).toMatchObject({
    task: {
      status: {
        state: 'TASK_STATE_INPUT_REQUIRED',
        message: { parts: [{ text: expect.stringMatching(/person on its own side/) }] },
      },
    },
  })
  const configuration = { returnImmediately: true }
  for (const text of ['allow', 'yes', '{"allow":true}'])
    await binding.call('SendMessage', { ...said(text, { taskId }), configuration })
  const approval = (await agentEntries(checkpointer)).find(({ type }) => type === 'approval-requested')
  expect(runs).toEqual([])
  const { data, thread = '' } = approval ?? {}
  const given = { approval: String(at(data, 'approval')), digest: String(at(data, 'digest')), allow: true }
  await checkpointer.signal([answer(thread, given)], 'power')
  await vi.waitFor(async () => {
    const { result } = await binding.call('GetTask', { id: taskId })
    expect(result).toMatchObject({ status: { state: 'TASK_STATE_COMPLETED' } })
  }, 10_000)
  expect(runs).toEqual(['deployed'])
  const said3 = (await agentEntries(checkpointer)).filter(({ type }) => type === 'user-message')
  expect(said3.map(({ labels }) => labels?.default.sources)).toEqual([
    ['a2a:alice'],
    ['a2a:alice'],
    ['a2a:alice'],
    ['a2a:alice'],
  ])
})

test('a question for words may be answered by the client, and its words are labelled as its own', async () => {
  const steps: Step[] = [
    { calls: [{ name: 'ask', input: {} }] },
    { when: { lastToolResult: /The client said: blue/ }, text: 'Blue it is.' },
  ]
  const { binding, checkpointer } = await serveRun(steps, { tools: [ask] })
  const asked = await binding.call('SendMessage', said('Paint it.'))
  const taskId = at(asked.result, 'task', 'id')
  expect(asked.result).toMatchObject({
    task: { status: { state: 'TASK_STATE_INPUT_REQUIRED', message: { parts: [{ text: 'Which colour?' }] } } },
  })
  const done = await binding.call('SendMessage', said('blue', { taskId }))
  expect(done.result).toMatchObject({
    task: { status: { state: 'TASK_STATE_COMPLETED' }, artifacts: [{ parts: [{ text: 'Blue it is.' }] }] },
  })
  const answered = (await agentEntries(checkpointer)).find(({ type }) => type === 'approval-answered')
  expect(answered).toMatchObject({
    by: 'agent:a2a',
    labels: { default: { integrity: 'free-text', sources: ['a2a:alice'] } },
  })
})

test('what is confidential is not told to a client', async () => {
  const secret: Tool = { ...deploy([]), produces: { default: 'structured', confidential: true } }
  const steps = [{ calls: [{ name: 'deploy', input: {} }] }, { text: 'The password is apple.' }]
  const { binding } = await serveRun(steps, { tools: [secret], mode: 'yolo' })
  const { result } = await binding.call('SendMessage', said('Tell me.'))
  expect(result).toMatchObject({ task: { status: { state: 'TASK_STATE_FAILED' } } })
  expect(JSON.stringify(result)).not.toContain('apple')
})

test('cancelling ends the run; what failed inside stays inside; limits are told', async () => {
  const slow = await serveRun([{ text: 'late', delay: 60_000 }])
  const configuration = { returnImmediately: true }
  const begun = await slow.binding.call('SendMessage', { ...said('x'), configuration })
  const id = at(begun.result, 'task', 'id')
  expect((await slow.binding.call('CancelTask', { id })).result).toMatchObject({
    status: { state: 'TASK_STATE_CANCELED' },
  })
  const broken = await serveRun([{ fail: { kind: 'unauthorised', message: 'the key sk-123 is wrong' } }])
  const failed = await broken.binding.call('SendMessage', said('x'))
  expect(failed.result).toMatchObject({ task: { status: { state: 'TASK_STATE_FAILED' } } })
  expect(JSON.stringify(failed.result)).not.toContain('sk-123')
  const steps = [{ calls: [{ name: 'deploy', input: {} }] }, { text: 'Half.' }]
  const bounded = await serveRun(steps, { tools: [deploy([])], mode: 'yolo', limits: { turns: 1 } })
  const { result } = await bounded.binding.call('SendMessage', said('x'))
  expect(result).toMatchObject({
    task: {
      status: {
        state: 'TASK_STATE_FAILED',
        message: { parts: [{ text: expect.stringMatching(/limit of turns/) }] },
      },
      artifacts: [{ parts: [{ text: 'Half.' }] }],
    },
  })
})

test('a message in the middle of a turn reaches the agent', async () => {
  const steps: Step[] = [
    { calls: [{ name: 'pause', input: {} }] },
    { when: { lastUser: /and be quick/ }, text: 'Quickly done.' },
    { text: 'Nobody said so.' },
  ]
  const going = Promise.withResolvers<void>()
  const pause: Tool = {
    ...deploy([]),
    name: 'pause',
    run: async () => (await going.promise, { content: [{ type: 'text', text: 'ok' }] }),
  }
  const { binding, checkpointer } = await serveRun(steps, { tools: [pause], mode: 'yolo' })
  const configuration = { returnImmediately: true }
  const begun = await binding.call('SendMessage', { ...said('Work'), configuration })
  const taskId = at(begun.result, 'task', 'id')
  await vi.waitFor(async () =>
    expect((await agentEntries(checkpointer)).map(({ type }) => type)).toContain('tool-started'),
  )
  await binding.call('SendMessage', { ...said('and be quick', { taskId }), configuration })
  await vi.waitFor(async () => {
    const pending: Json[] = []
    for await (const { thread, pending: waiting } of checkpointer.threads())
      if (waiting > 0) pending.push(thread)
    const taken = (await agentEntries(checkpointer)).filter(({ type }) => type === 'user-message').length > 1
    expect(pending.length > 0 || taken).toBe(true)
  })
  going.resolve()
  await vi.waitFor(async () => {
    const { result } = await binding.call('GetTask', { id: taskId })
    expect(items(at(result, 'artifacts'))).toMatchObject([{ parts: [{ text: 'Quickly done.' }] }])
  }, 10_000)
})

test('a server that ends leaves the task to the next one, which goes on with the same run', async () => {
  const checkpointer = memoryCheckpointer()
  const steps = [{ text: 'Finished.', delay: 300 }]
  const { run } = createRuntime({ model: scriptedModel({ steps }), checkpointer, poll: 5 })
  const agent = agentOfRun({ checkpointer, clock: systemClock, run })
  const first = await serve({ checkpointer, agent })
  const configuration = { returnImmediately: true }
  const begun = await jsonRpc(first.card.supportedInterfaces[0]?.url ?? '').call('SendMessage', {
    ...said('x'),
    configuration,
  })
  const id = at(begun.result, 'task', 'id')
  await vi.waitFor(async () =>
    expect((await agentEntries(checkpointer)).map(({ type }) => type)).toContain('model-called'),
  )
  await first[Symbol.asyncDispose]()
  const second = await serve({ checkpointer, agent })
  await second.swept
  const binding = jsonRpc(second.card.supportedInterfaces[0]?.url ?? '')
  await vi.waitFor(async () => {
    const { result } = await binding.call('GetTask', { id })
    expect(result).toMatchObject({
      status: { state: 'TASK_STATE_COMPLETED' },
      artifacts: [{ parts: [{ text: 'Finished.' }] }],
    })
  }, 10_000)
})
