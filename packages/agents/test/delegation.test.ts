import { scriptedModel } from '@keepup/testing/scripted-model'
import { expect, test } from 'vitest'

import { collect, endOf, expectSettled, results, scene } from './scene.ts'

function delegates(role: string, task: string, more: object = {}) {
  return { calls: [{ name: 'delegate_to_agent', input: { role, task, ...more } }] }
}

test('an agent does a task for another and answers', async () => {
  const { run, checkpointer } = scene({
    models: {
      main: scriptedModel({ steps: [delegates('helper', 'Count the files'), { text: 'There are 7.' }] }),
      helper: scriptedModel({ steps: [{ text: '7 files.' }] }),
    },
  })
  const events = await collect(run, { input: 'How many files?' })
  expect(results(events, 'delegate_to_agent')).toEqual(['7 files.'])
  expect(endOf(events)).toMatchObject({ outcome: { type: 'completed' }, text: 'There are 7.', turns: 3 })
  await expectSettled(checkpointer)
})

test('several agents of one turn work side by side', async () => {
  const { run, checkpointer } = scene({
    models: {
      main: scriptedModel({
        steps: [
          {
            calls: ['a', 'b', 'c'].map((task) => ({
              name: 'delegate_to_agent',
              input: { role: 'helper', task },
            })),
          },
          { text: 'done' },
        ],
      }),
      helper: scriptedModel({ steps: [{ text: 'yes', repeat: true, delay: 20 }] }),
    },
  })
  const events = await collect(run, { input: 'Go' })
  expect(results(events, 'delegate_to_agent')).toEqual(['yes', 'yes', 'yes'])
  await expectSettled(checkpointer)
})

test('an agent in the background is collected later', async () => {
  const { run, checkpointer } = scene({
    models: {
      main: scriptedModel({
        steps: [
          delegates('helper', 'Look', { background: true }),
          { calls: [{ name: 'collect_agents', input: {} }] },
          { text: 'done' },
        ],
      }),
      helper: scriptedModel({ steps: [{ text: 'found it', delay: 30 }] }),
    },
  })
  const events = await collect(run, { input: 'Go' })
  expect(results(events, 'collect_agents')[0]).toContain('found it')
  await expectSettled(checkpointer)
})
