import { memoryCheckpointer } from '@keepup/checkpoint'
import { expect, test } from 'vitest'

import { mortalStore } from './mortal-store.ts'
import { collect, endOf, expectSettled, scene } from './scene.ts'
import { thinkingModel, toolText } from './thinking-model.ts'

test('an agent in the background whose process died is at work again when the run is resumed, before anybody waits for it', async () => {
  const inner = memoryCheckpointer({ isOwnerDead: () => true })
  const first = mortalStore(inner)
  const thinks = Promise.withResolvers<void>()
  const never = new Promise<never>(() => {})
  const background = { role: 'helper', task: 'think', background: true }
  const dying = scene({
    checkpointer: first.checkpointer,
    replayed: false,
    models: {
      main: thinkingModel(async ({ messages }) => {
        if (messages.length < 3) return { calls: [['delegate_to_agent', background]] }
        await thinks.promise
        return never
      }),
      helper: thinkingModel(() => {
        thinks.resolve()
        return never
      }),
    },
  })
  void collect(dying.run, { input: 'Go' }).catch(() => {})
  await thinks.promise
  // Both wait for their models; nothing of this process is heard of again.
  await new Promise((resolve) => setTimeout(resolve, 50))
  first.die()
  const again = Promise.withResolvers<void>()
  const { run } = scene({
    checkpointer: inner,
    replayed: false,
    models: {
      main: thinkingModel(async (request) => {
        // It would wait for ever where the agent began only with being collected.
        await again.promise
        return /thought/.test(toolText(request))
          ? { text: toolText(request) }
          : { calls: [['collect_agents', {}]] }
      }),
      helper: thinkingModel(() => {
        again.resolve()
        return { text: 'thought' }
      }),
    },
  })
  expect(endOf(await collect(run, {})).text).toMatch(/thought/)
  await expectSettled(inner)
})
