import { expect, test } from 'vitest'

import { processHost } from '../src/host.ts'
import { chooseModel } from '../src/model/choose-model.ts'

async function choose(reference: string) {
  const host = { ...processHost(import.meta.url), environment: { OPENAI_API_KEY: 'none' } }
  const warnings: string[] = []
  const model = await chooseModel(reference, host, (text) => warnings.push(text))
  return { model, warnings }
}

test('a model that is newer than the catalogue is used, after a warning with names that are near', async () => {
  const { model, warnings } = await choose('openai/gpt-5-next')
  expect(model.id).toBe('openai/gpt-5-next')
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain('does not list openai/gpt-5-next (did you mean openai/gpt-5')
})

test('a model that is listed is used without a word', async () => {
  const { model, warnings } = await choose('openai/gpt-5')
  expect({ id: model.id, warnings }).toEqual({ id: 'openai/gpt-5', warnings: [] })
})

test('a provider that nobody knows stays an error', async () => {
  await expect(choose('opnai/gpt-5')).rejects.toMatchObject({ code: 'model-unknown' })
})
