import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, inject, it } from 'vitest'

import { createMemory } from '../src/index.ts'
import { newKeys, openInFile, openOnServer } from './stores.ts'

const scope = { user: 'alice' }

/** Whether any file below a folder holds the bytes. */
function holds(folder: string, text: string): boolean {
  return readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(text))
}

it('leaves no byte of an erased scope in the files, and none of its words', async () => {
  const store = await openInFile()
  const { folder = '' } = store
  const embedder = {
    id: 'x',
    embed: async (texts: readonly string[]) => texts.map(() => Float32Array.from([1, 2])),
  }
  const memory = createMemory({ ...store, embedder })
  await memory.observe({ user: 'bob' }, [{ session: 's', origin: 'user', text: 'I like plain porridge.' }])
  const said = Array.from({ length: 60 }, (_, at) => ({
    session: 's',
    origin: 'user' as const,
    text: `My xylophone is called Quuxly${at}, and I always polish the marimbula.`,
  }))
  await memory.observe(scope, said)
  await memory.consolidate(scope)
  await memory.recall({ scopes: [scope], text: 'xylophone' })
  await memory.remember(scope, { text: 'The xylophone stays in the attic', pinned: true }, { by: 'user' })
  for (const word of ['xylophone', 'xylophon', 'Quuxly7', 'marimbula']) expect(holds(folder, word)).toBe(true)
  const receipt = await memory.erase(scope)
  expect(receipt.entries).toBeGreaterThan(60)
  for (const word of ['xylophone', 'xylophon', 'Quuxly', 'quuxly', 'marimbula'])
    expect([word, holds(folder, word)]).toEqual([word, false])
  expect(holds(folder, 'porridge')).toBe(true)
  expect((await memory.recall({ scopes: [scope], text: 'xylophone' })).evidence).toEqual([])
  expect((await memory.recall({ scopes: [{ user: 'bob' }], text: 'porridge' })).evidence).toHaveLength(1)
  // The scope can be begun anew.
  await memory.observe(scope, [{ session: 's', origin: 'user', text: 'A new beginning.' }])
  expect((await memory.recall({ scopes: [scope], text: 'beginning' })).evidence).toHaveLength(1)
  await store.close()
})

it('erases one piece of evidence with what was derived of it, and keeps what stood beside', async () => {
  const store = await openInFile()
  const { folder = '' } = store
  const memory = createMemory(store)
  await memory.observe(scope, [
    { id: 'secret', session: 's', origin: 'user', text: 'My favourite dessert is zabaglione.' },
    { id: 'open', session: 's', origin: 'user', text: 'My favourite colour is teal.' },
  ])
  await memory.consolidate(scope)
  const { id } = await memory.remember(
    scope,
    { text: 'Serve zabaglione on birthdays', sources: ['secret'] },
    { by: 'user' },
  )
  await memory.remember(
    scope,
    { text: 'Birthdays need zabaglione spoons', derivedFrom: [id] },
    { by: 'user' },
  )
  expect(holds(folder, 'zabaglione')).toBe(true)
  await memory.erase(scope, { evidence: ['secret'] })
  expect(holds(folder, 'zabaglione')).toBe(false)
  const items = await (await memory.asOf(scope)).items()
  expect(items.map(({ value }) => value)).toEqual(['teal'])
  expect(
    (await memory.recall({ scopes: [scope], text: 'favourite' })).evidence.map((each) => each.id),
  ).toEqual(['open'])
  await expect(memory.erase(scope, { evidence: ['secret'] })).rejects.toMatchObject({ code: 'input-invalid' })
  await store.close()
})

it('refuses to erase on PostgreSQL without keys, and destroys the keys where there are some', async () => {
  const plain = await openOnServer(inject('postgresUrl'))
  const memory = createMemory(plain)
  await memory.observe(scope, [{ session: 's', origin: 'user', text: 'tea' }])
  await expect(memory.erase(scope)).rejects.toMatchObject({ code: 'keys-required' })
  expect((await memory.recall({ scopes: [scope], text: 'tea' })).evidence).toHaveLength(1)
  await plain.close()

  const keys = newKeys()
  const sealed = await openOnServer(inject('postgresUrl'), keys)
  const other = createMemory(sealed)
  await other.observe(scope, [
    { id: 'a', session: 's', origin: 'user', text: 'tea at four' },
    { id: 'b', session: 's', origin: 'user', text: 'tea at five' },
  ])
  expect((await other.recall({ scopes: [scope], text: 'tea' })).evidence).toHaveLength(2)
  await other.erase(scope)
  expect(keys.destroyed).toEqual(expect.arrayContaining(['memory:user=alice', 'memory:user=alice#rows']))
  expect((await other.recall({ scopes: [scope], text: 'tea' })).evidence).toEqual([])
  await sealed.close()
}, 30_000)

it('seals what lies in the files where there are keys', async () => {
  const store = await openInFile(newKeys())
  const memory = createMemory(store)
  await memory.observe(scope, [
    { id: 'zabaglione', session: 'dessert', origin: 'user', text: 'I always order zabaglione.' },
  ])
  await memory.consolidate(scope)
  expect((await memory.recall({ scopes: [scope], text: 'What do I order?' })).evidence).toHaveLength(1)
  // Names of evidence stay readable in the headers of entries.
  expect(holds(store.folder ?? '', 'zabaglione')).toBe(true)
  for (const word of ['always', 'order zab', 'dessert'])
    expect([word, holds(store.folder ?? '', word)]).toEqual([word, false])
  await memory.erase(scope)
  expect((await memory.recall({ scopes: [scope], text: 'order' })).evidence).toEqual([])
  await store.close()
})

it('refuses to erase a scope that forks lie over, unless they go too', async () => {
  const store = await openInFile()
  const memory = createMemory(store)
  await memory.observe(scope, [{ session: 's', origin: 'user', text: 'tea' }])
  const overlay = 'memory:user=alice~1~0123456789ab'
  await memory.observe(overlay, [{ session: 's', origin: 'user', text: 'tea in the fork' }])
  await expect(memory.erase(scope)).rejects.toMatchObject({ code: 'thread-has-forks' })
  expect((await memory.recall({ scopes: [overlay], text: 'tea' })).evidence).toHaveLength(2)
  await memory.erase(scope, { overlays: 'cascade' })
  expect((await memory.recall({ scopes: [overlay], text: 'tea' })).evidence).toEqual([])
  await store.close()
})
