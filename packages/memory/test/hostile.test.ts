import { expect, it } from 'vitest'

import { createMemory, recallBlock } from '../src/index.ts'
import { openInMemory } from './stores.ts'

const scope = { user: 'alice' }

it('takes long texts of anything in its stride', async () => {
  const memory = createMemory(await openInMemory())
  const length = 150_000
  const hostile = [
    ' ',
    '?',
    '[',
    '- ',
    '\n',
    'a',
    'no ',
    '<memory',
    'always ',
    '`',
    'I moved to ',
    '東',
    '\u0301',
    '"',
  ]
  for (const [at, piece] of hostile.entries()) {
    const text = piece.repeat(Math.floor(length / piece.length))
    await memory.observe(scope, [
      { id: `u${at}`, session: 's', origin: 'user', text: `x ${text} y` },
      { id: `a${at}`, session: 's', origin: 'assistant', text: `x ${text} y` },
    ])
  }
  await memory.consolidate(scope)
  const found = await memory.recall({ scopes: [scope], text: 'x always moved', limit: 30 })
  expect(recallBlock(found).split('\n').length).toBeGreaterThan(3)
  await expect(
    memory.observe(scope, [{ session: 's', origin: 'user', text: 'x'.repeat(1_000_001) }]),
  ).rejects.toMatchObject({ code: 'input-invalid' })
  for (const wrong of [{ at: 9e15 }, { speaker: 'x'.repeat(201) }, { session: '' }]) {
    const said = { session: 's', origin: 'user' as const, text: 'x', ...wrong }
    await expect(memory.observe(scope, [said])).rejects.toMatchObject({ code: 'input-invalid' })
  }
}, 30_000)
