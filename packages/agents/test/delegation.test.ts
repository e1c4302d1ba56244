import { memoryCheckpointer } from '@keepup/checkpoint'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { expect, test } from 'vitest'

import { createAgentManager } from '../src/index.ts'
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

test('what makes no sense is refused: as a result for the model, as an error for the program', async () => {
  const { run, manager } = scene({
    models: {
      main: scriptedModel({
        steps: [
          { calls: [{ name: 'delegate_to_agent', input: { role: 'helper', task: ' \n' } }] },
          { calls: [{ name: 'delegate_to_agent', input: { role: 'stranger', task: 'Look' } }] },
          { calls: [{ name: 'cancel_agents', input: { agents: ['nobody'] } }] },
          { calls: [{ name: 'collect_agents', input: {} }] },
          { text: 'done' },
        ],
      }),
      helper: scriptedModel({ steps: [{ text: 'yes' }] }),
    },
  })
  const events = await collect(run, { input: 'Go' })
  expect(results(events, 'delegate_to_agent')[0]).toMatch(/the task says nothing\. Do the work yourself/)
  expect(results(events, 'delegate_to_agent')[1]).toContain('tool-input-invalid')
  expect(results(events, 'cancel_agents')[0]).toContain('You did not start an agent nobody')
  expect(results(events, 'collect_agents')[0]).toBe('You have no agents to collect.')
  expect(endOf(events).outcome).toEqual({ type: 'completed' })
  const tool = manager.tools[0]
  const context = { call: { key: 'k', id: 'c', name: 'x', input: {}, thread: 't' } }
  // A caller that keeps no thread.
  await expect(tool?.run({ role: 'helper', task: 'Look' }, context as never)).rejects.toMatchObject({
    code: 'not-supported',
  })
})

test.each([
  ['no roles', []],
  ['a name that models cannot call', ['Helper!']],
  ['two of one name', ['helper', 'helper']],
])('a manager with %s is not made', (_, names) => {
  const roles = names.map((name) => ({ name, description: name, system: name }))
  const make = () =>
    createAgentManager({ checkpointer: memoryCheckpointer(), roles, agentOf: () => async function* () {} })
  expect(make).toThrow(expect.objectContaining({ code: 'configuration-invalid' }))
})

test('bounds that are no counts are refused', () => {
  const roles = [{ name: 'helper', description: '', system: '' }]
  const make = () =>
    createAgentManager({
      checkpointer: memoryCheckpointer(),
      roles,
      agentOf: () => async function* () {},
      bounds: { depth: -1 },
    })
  expect(make).toThrow(/The bound depth of agents is -1/)
})
