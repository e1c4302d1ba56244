import type { GuardedCall } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { expect, test } from 'vitest'

import { createToolCoordinator, defineTool } from '../src/index.ts'
import { callOf, contextOf, situationOf, textOf } from './fake-call.ts'

const tool = defineTool({
  name: 'where',
  description: 'Says where it works.',
  input: jsonSchema<object>({ type: 'object' }),
  repeat: 'once',
  effects: (_, moment) => [{ kind: 'read', target: moment?.folder ?? '/workspace' }],
  run: async (_, { folder }) => ({ content: [{ type: 'text', text: folder ?? 'nowhere' }], folder: '/next' }),
})

test('effects, policies and the tool itself are told the same folder, and an answer holds for it alone', async () => {
  const seen: GuardedCall[] = []
  const policy = (call: GuardedCall) => {
    seen.push(call)
    return { type: 'allow' } as const
  }
  const coordinator = createToolCoordinator({ registry: [tool], policies: [policy] })
  const prepare = async (folder?: string) => {
    const situation = situationOf('yolo', folder === undefined ? {} : { folder })
    const prepared = await coordinator.prepare(callOf('where', {}), situation)
    if (prepared.type !== 'ready') throw new Error(prepared.type)
    return prepared
  }
  const [first, second, none] = [await prepare('/a'), await prepare('/b'), await prepare()]
  expect(seen.map(({ folder, effects }) => [folder, effects[0]?.target])).toEqual([
    ['/a', '/a'],
    ['/b', '/b'],
    [undefined, '/workspace'],
  ])
  expect(new Set([first.digest, second.digest, none.digest]).size).toBe(3)
  // What the caller's context says does not count: the folder is the one that was judged.
  const finished = await first.run(contextOf({ folder: '/elsewhere' }))
  expect(textOf(finished)).toBe('/a')
  expect(finished.outcome).toMatchObject({ output: { folder: '/next' } })
  expect(textOf(await none.run(contextOf()))).toBe('nowhere')
})
