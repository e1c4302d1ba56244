import { joinLabels, joinTable, type Label, type Model, trustedLabel } from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { expect, test } from 'vitest'

import { createOrchestrator } from '../src/index.ts'
import { collect, harness } from './harness.ts'

const user: Label = { ...trustedLabel, sources: ['user'] }
const web: Label = {
  integrity: 'free-text',
  sources: ['url:example.org'],
  readers: ['ada'],
  confidential: true,
}

test('input counts as the words of the user, unless the request says where it came from', async () => {
  const { run, checkpointer } = harness({ steps: [{ text: 'done', repeat: true }] })
  await collect(run, { thread: 'plain', input: 'Go' })
  const events = await collect(run, { thread: 'made', input: 'Go', label: web })
  expect((await checkpointer.read('plain')).entries).toContainEqual(
    expect.objectContaining({ type: 'user-message', by: 'user', labels: { default: user } }),
  )
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'user-message', by: 'runtime', labels: { default: web } }),
  )
  const answer = events.find(({ type }) => type === 'assistant-message')
  const label = answer !== undefined && 'labels' in answer ? answer.labels : undefined
  // What was said to it is in everything that it says.
  expect(label && joinLabels(joinTable(label), web)).toEqual(label && joinTable(label))
})

test('the same input a second time, without a label, does not raise the first', async () => {
  const { run, checkpointer } = harness({ steps: [{ text: 'done', repeat: true }] })
  await collect(run, { input: 'Go', inputId: 'one', label: web })
  await expect(collect(run, { input: 'Go', inputId: 'one' })).rejects.toMatchObject({ code: 'input-invalid' })
  const said = (await checkpointer.read('t')).entries.filter(({ type }) => type === 'user-message')
  expect(said.map(({ labels }) => labels)).toEqual([{ default: web }])
})

test('a label that is none is refused before anything is said', async () => {
  const { run, checkpointer } = harness({})
  const label = { ...web, integrity: 'holy' } as unknown as Label // what JavaScript could hand in
  await expect(collect(run, { input: 'Go', label })).rejects.toMatchObject({ details: expect.anything() })
  expect(await checkpointer.pending('t')).toEqual([])
})

test('an answer that comes from elsewhere is labelled with that as well, and so is all that follows; a label that is none fails the call', async () => {
  const { parts } = harness({ steps: [{ text: 'done', repeat: true }] })
  const inner = scriptedModel({ steps: [{ text: 'done', repeat: true }] })
  const model = (label: Label): Model => ({
    ...inner,
    async *stream(request, signal) {
      for await (const event of inner.stream(request, signal))
        yield event.type === 'finished' ? { ...event, label } : event
    },
  })
  const run = createOrchestrator({ ...parts, models: [model(web)] })
  const events = await collect(run, { thread: 'elsewhere', input: 'Go' })
  const expected = { default: { ...web, sources: [...web.sources, 'user'] } }
  for (const type of ['assistant-message', 'run-finished'])
    expect(events).toContainEqual(expect.objectContaining({ type, labels: expected }))
  const odd = createOrchestrator({ ...parts, models: [model({ ...web, integrity: 'holy' } as never)] })
  const failed = await collect(odd, { thread: 'odd', input: 'Go' })
  expect(failed).toContainEqual(
    expect.objectContaining({
      type: 'model-failed',
      data: expect.objectContaining({ failure: expect.objectContaining({ kind: 'invalid-response' }) }),
    }),
  )
})
