import { memoryArtifacts, memoryCheckpointer } from '@keepup/checkpoint'
import { type Message, type Model, type ModelRequest, noUsage, trustedLabel } from '@keepup/core'
import { expect, test } from 'vitest'

import { createFileInliner } from '../src/file-inliner.ts'
import { MessageChain } from '../src/index.ts'
import { collect, dataOf, harness } from './harness.ts'

/** A model that keeps what it was shown. */
function witness(): { readonly model: Model; readonly shown: Message[][] } {
  const shown: Message[][] = []
  const model: Model = {
    id: 'test/witness',
    async *stream({ messages }: ModelRequest) {
      shown.push([...messages])
      const message = { role: 'assistant', content: [{ type: 'text', text: 'seen' }] } as const
      yield { type: 'finished', message, reason: 'stop', usage: noUsage }
    },
  }
  return { model, shown }
}

test('a file that is an artifact reaches the model as its bytes, and stays a name in the log', async () => {
  const { model, shown } = witness()
  const artifacts = memoryArtifacts()
  const { hash } = await artifacts.put(new TextEncoder().encode('picture'), {
    mediaType: 'image/png',
    label: trustedLabel,
  })
  const checkpointer = memoryCheckpointer({ artifacts })
  const { run } = harness({ model, checkpointer, artifacts })
  const input = [{ type: 'file', mediaType: 'image/png', source: { artifact: hash } }] as const
  await collect(run, { input })
  expect(shown[0]?.[0]?.content).toEqual([
    { type: 'file', mediaType: 'image/png', source: { base64: 'cGljdHVyZQ==' } },
  ])
  expect(JSON.stringify((await checkpointer.read('t')).entries)).not.toContain('cGljdHVyZQ==')
})

test('a message that names a file which is not stored is declined, and the run goes on', async () => {
  const { model, shown } = witness()
  const { run } = harness({ model })
  const gone = {
    type: 'file',
    mediaType: 'image/png',
    name: 'plan.png',
    source: { artifact: 'ab'.repeat(32) },
  } as const
  await expect(collect(run, { input: [gone] })).rejects.toMatchObject({ code: 'input-invalid' })
  const events = await collect(run, { input: 'Go' })
  expect(shown).toHaveLength(1)
  expect(dataOf(events, 'run-finished')).toMatchObject([{ text: 'seen' }])
})

test('a file that was erased since is said to be gone', async () => {
  const inline = createFileInliner(undefined)
  const source = { artifact: 'ab'.repeat(32) }
  const message = {
    role: 'user',
    content: [{ type: 'file', mediaType: 'image/png', name: 'plan.png', source }],
  } as const
  expect(JSON.stringify([...(await inline(MessageChain.from([message])))])).toContain(
    'plan.png cannot be shown',
  )
})
