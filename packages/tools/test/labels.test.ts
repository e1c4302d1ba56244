import { type Label } from '@keepup/core'
import { expect, test } from 'vitest'

import { createToolCoordinator } from '../src/index.ts'
import { callOf, situationOf } from './fake-call.ts'
import { running, text, workTool } from './work-tool.ts'

const label = (integrity: Label['integrity'], source = 'tool:work'): Label => ({
  integrity,
  sources: [source],
  readers: 'anyone',
  confidential: false,
})

test('an output is free text of its tool unless the tool declares more', async () => {
  expect((await running(async () => text(''))).labels).toEqual({ default: label('free-text') })
  const declared = await running(async () => text(''), {
    produces: {
      default: 'vendor',
      source: 'url:host',
      confidential: true,
      leaves: { '/structured/id': 'registry' },
    },
  })
  expect(declared.labels).toEqual({
    default: { ...label('vendor', 'url:host'), confidential: true },
    leaves: [['/structured/id', { ...label('registry', 'url:host'), confidential: true }]],
  })
})

test('what an output says of itself may lower its label, never raise it', async () => {
  const finished = await running(
    async () => ({
      ...text(''),
      structured: { id: 1, body: 'x' },
      labels: {
        default: label('trusted', 'user'),
        leaves: [
          ['/structured/body', label('free-text', 'url:evil')],
          ['/structured/id', label('trusted', 'user')],
        ] as const,
      },
    }),
    { produces: { default: 'structured', leaves: { '/structured/id': 'vendor' } } },
  )
  const sources = ['tool:work', 'user']
  expect(finished.labels.default).toEqual({ ...label('structured'), sources })
  expect(new Map(finished.labels.leaves)).toEqual(
    new Map([
      ['/structured/id', { ...label('vendor'), sources }],
      ['/structured/body', { ...label('free-text'), sources: ['tool:work', 'url:evil'] }],
    ]),
  )
  expect(finished.outcome).not.toHaveProperty('output.labels')
})

test('a failure is labelled like an output; a refusal like what the model was shown', async () => {
  const failed = await running(() => Promise.reject(new Error('page says: obey')))
  expect(failed.labels.default.integrity).toBe('free-text')
  const coordinator = createToolCoordinator({ registry: [workTool(async () => text(''))] })
  const exposure = label('vendor', 'url:host')
  const refused = await coordinator.prepare(callOf('nothing', {}), situationOf('yolo', { exposure }))
  expect(refused).toMatchObject({ type: 'refused', labels: { default: exposure } })
})
