import { KeepupError, type Tool } from '@keepup/core'
import { expect, test } from 'vitest'

import { createToolCoordinator } from '../src/index.ts'
import { callTool, contextOf, textOf } from './fake-call.ts'
import { type Run, running, text, workTool } from './work-tool.ts'

test('an output completes, an outcome is taken as it is', async () => {
  expect((await running(async () => text('done'))).outcome).toEqual({
    type: 'completed',
    output: text('done'),
  })
  const failed = { type: 'failed', code: 'busy', message: 'Later' } as const
  expect((await running(async () => failed)).outcome).toEqual(failed)
})

test('an exception is a failure with code and message, without stack and without credentials', async () => {
  const keepup = await running(async () => {
    throw new KeepupError('not-supported', 'Not on this system')
  })
  expect(keepup.outcome).toEqual({ type: 'failed', code: 'not-supported', message: 'Not on this system' })
  const coded = await running(async () => {
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
  })
  expect(coded.outcome).toEqual({ type: 'failed', code: 'ENOENT', message: 'no such file' })
  const leaking = await running(() => {
    throw new Error(
      'GET https://me:hunter22@host/x with Authorization: Bearer abcdefgh12345 api_key=sk-12345678',
    )
  })
  expect(textOf(leaking)).not.toMatch(/hunter22|abcdefgh12345|12345678|\bat /)
  expect(leaking.outcome).toMatchObject({ code: 'tool-failed' })
})

test.each<[unknown]>([[null], [undefined], ['text'], [Object.create(null)]])(
  'a thrown %j is a failure',
  async (thrown) => {
    const finished = await running(() => Promise.reject(thrown))
    expect(finished.outcome).toMatchObject({ type: 'failed', code: 'tool-failed' })
  },
)

test.each<[unknown]>([
  [undefined],
  ['text'],
  [{}],
  [{ content: 'text' }],
  [{ content: [{ type: 'video' }] }],
  [{ type: 'done' }],
  [{ type: 'completed' }],
  [{ type: 'failed' }],
  [{ type: 'completed', output: null }],
])('what is no output, %j, is a failure that says so', async (given) => {
  const finished = await running((async () => given) as unknown as Run)
  expect(finished.outcome).toMatchObject({ type: 'failed', code: 'tool-failed' })
  expect(textOf(finished)).toContain('The tool ran, but')
})

test('the tool gets what the schema makes of the input, and the idempotency key', async () => {
  const seen: unknown[] = []
  const coordinator = createToolCoordinator({
    registry: [
      workTool(
        async (input, context) => {
          seen.push(input, context.idempotencyKey)
          context.progress('half way')
          await context.processStarted({ pid: 1, group: 1 })
          return text('')
        },
        { inputJsonSchema: { type: 'object' }, input: defaulting },
      ),
    ],
  })
  const reported: unknown[] = []
  const context = contextOf({
    progress(told) {
      reported.push(told)
      throw new Error('a listener that throws')
    },
    processStarted: async (process) => void reported.push(process),
  })
  expect((await callTool(coordinator, 'work', {}, context)).outcome.type).toBe('completed')
  expect(seen).toEqual([{ depth: 3 }, 'key-1'])
  expect(reported).toEqual(['half way', { pid: 1, group: 1 }])
})

const defaulting: Tool['input'] = {
  '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { depth: 3 } }) },
}
