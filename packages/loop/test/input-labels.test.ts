import { type Label, joinLabels, joinTable, trustedLabel } from '@keepup/core'
import { expect, test } from 'vitest'

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
