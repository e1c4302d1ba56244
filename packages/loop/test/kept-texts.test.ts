import type { ContextPolicy, JsonValue, Message } from '@keepup/core'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { expect, test } from 'vitest'

import { collect, harness, type TestTool } from './harness.ts'

/** Keeps what it is told to. */
const list: TestTool = {
  run: (input) => ({
    type: 'completed',
    // A tool of plain JavaScript gives whatever it gives.
    output: { content: [{ type: 'text', text: 'ok' }], kept: (input as { kept: string }).kept },
  }),
}
const other: TestTool = {
  run: () => ({ type: 'completed', output: { content: [{ type: 'text', text: 'ok' }] } }),
}

const call = (name: string, kept: JsonValue = '') => ({ calls: [{ name, input: { kept } }] })

/** What the model was shown next, where everything before the last turn is compacted away once there are so many messages. */
async function shownAfter(steps: readonly object[], from: number): Promise<readonly string[]> {
  const model = {
    ...scriptedModel({ steps: [...steps, { text: 'done', repeat: true }] }),
    contextWindow: 100_000,
  }
  const shown: (readonly Message[])[] = []
  const watched = {
    ...model,
    stream(...given: Parameters<typeof model.stream>) {
      shown.push([...given[0].messages])
      return model.stream(...given)
    },
  }
  const contextPolicy: ContextPolicy = async ({ messages }) => {
    const by: readonly Message[] = [{ role: 'user', content: [{ type: 'text', text: 'SUMMARY' }] }]
    return messages.length === from
      ? [
          {
            type: 'context-compacted',
            version: 1,
            critical: true,
            time: 0,
            by: 'policy',
            data: { replaced: from - 2, by },
          },
        ]
      : []
  }
  const { run } = harness({ model: watched, tools: { list, other }, contextPolicy })
  await collect(run, { input: 'Go' })
  return shown.map(textsIn).find((texts) => texts.includes('SUMMARY')) ?? []
}

function textsIn(messages: readonly Message[]): readonly string[] {
  return messages.flatMap(({ content }) =>
    content.flatMap((part) => (part.type === 'text' ? [part.text] : [])),
  )
}

test('what an output says to keep is shown in place of a call that was compacted away, newest only', async () => {
  const steps = [call('list', 'old'), call('list', 'pending: a'), call('other'), call('other')]
  const texts = await shownAfter(steps, 7)
  expect(texts).toContain('[Kept of list, whose call was compacted away here]\npending: a')
  expect(texts.join()).not.toContain('old')
})

test('it is not said twice where the call is still shown', async () => {
  const texts = await shownAfter([call('other'), call('list', 'pending: a')], 5)
  expect(texts).toContain('SUMMARY')
  expect(texts.join()).not.toContain('[Kept of')
})

test('an empty text ends it, and what is no text is none', async () => {
  for (const steps of [
    [call('list', 'a'), call('list', ''), call('other'), call('other')],
    [call('list', 7), call('list', null), call('other'), call('other')],
  ]) {
    expect((await shownAfter(steps, 7)).join()).not.toContain('[Kept of')
  }
})

test('a text that is too long is cut', async () => {
  const steps = [call('list', 'x'.repeat(20_000)), call('other'), call('other'), call('other')]
  const kept = (await shownAfter(steps, 7)).find((text) => text.startsWith('[Kept of'))
  expect(kept?.length).toBeLessThan(8_200)
})
