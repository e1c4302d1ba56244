import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { JsonObject, JsonValue } from '@keepup/core'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'

import { definitionDigest, filePins, memoryPins, setDigest, toolReviewer } from '../../src/hygiene/index.ts'

const add: JsonObject = {
  name: 'add',
  title: 'Addition',
  description: 'Adds two numbers.',
  inputSchema: {
    type: 'object',
    properties: {
      a: { type: 'number', description: 'one', minimum: 0 },
      b: { type: 'number', enum: [1, 2] },
    },
    required: ['a'],
  },
  outputSchema: { type: 'object', properties: { sum: { type: 'number' } } },
  annotations: { readOnlyHint: true, title: 'Add' },
  icons: [{ src: 'https://example.com/add.png', sizes: ['48x48'] }],
  _meta: { 'example.com/version': 3, flags: [true, null] },
}
const sub: JsonObject = { name: 'sub', description: 'Subtracts.', inputSchema: { type: 'object' } }

const listing = (...tools: readonly JsonObject[]) => ({ server: 's', tools })

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'keepup-pins-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Every value with each of its parts changed, removed, or joined by another. */
function mutations(value: JsonValue): readonly JsonValue[] {
  if (typeof value === 'string') return [`${value}.`, `${value} `, value.slice(1), [value], null]
  if (typeof value === 'number') return [value + 1, String(value)]
  if (typeof value === 'boolean' || value === null) return [value !== true, 'x']
  return isList(value) ? listMutations(value) : objectMutations(value)
}

function isList(value: JsonObject | readonly JsonValue[]): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function listMutations(list: readonly JsonValue[]): readonly JsonValue[] {
  const each = list.flatMap((item, at) => mutations(item).map((changed) => list.with(at, changed)))
  return [...each, [...list, 'x'], list.slice(1), ...(list.length > 1 ? [list.toReversed()] : [])]
}

function objectMutations(object: JsonObject): readonly JsonObject[] {
  const entries = Object.entries(object)
  return [
    ...entries.flatMap(([key, item]) => mutations(item).map((changed) => ({ ...object, [key]: changed }))),
    ...entries.map(([key]) => Object.fromEntries(entries.filter(([other]) => other !== key))),
    ...entries.map(([key]) =>
      Object.fromEntries(entries.map(([name, item]) => [name === key ? `${name}_` : name, item])),
    ),
    { ...object, more: 1 },
    // A key like others.
    Object.fromEntries([...entries, ['__proto__', {}]]),
  ]
}

test('every change of a single field of a pinned tool is noticed', async () => {
  const pins = memoryPins()
  expect((await toolReviewer({ pins }).review(listing(add, sub))).shown).toHaveLength(2)
  const changed = objectMutations(add)
  expect(changed.length).toBeGreaterThan(150)
  for (const other of changed) {
    const reviewer = toolReviewer({ pins })
    const { shown } = await reviewer.review(listing(other, sub))
    expect(shown.map(({ raw }) => raw['name'])).toEqual(['sub'])
    const asked = reviewer.pending().flatMap(({ diff }) => diff)
    if (typeof other['name'] === 'string') expect(asked.length).toBeGreaterThan(0)
    // It is as it was again, which a set that lost it is told first.
    await toolReviewer({ pins }).review(listing(add, sub))
    const back = toolReviewer({ pins })
    await back.review(listing(add, sub))
    await back.approve(back.pending())
  }
})

const json = fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonValue)

function shuffled(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? value.normalize('NFD').normalize('NFC') : value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, shuffled(each)] as const)
      .toReversed(),
  )
}

test('pins of random definitions differ exactly where the definitions do, whatever the order of their keys', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      const [one, other] = [
        { name: 'a', x: a },
        { name: 'a', x: b },
      ]
      expect(definitionDigest(shuffled(one) as JsonObject)).toBe(definitionDigest(one)) // as `one` is
      expect(definitionDigest(one) === definitionDigest(other)).toBe(sameJson(a, b))
    }),
    { numRuns: 500 },
  )
})

function sameJson(a: JsonValue, b: JsonValue): boolean {
  return text(a) === text(b)
}

function text(value: JsonValue): string {
  if (typeof value === 'string') return JSON.stringify(value.normalize('NFC'))
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(text).join(',')}]`
  const members = Object.entries(value).map(
    ([key, each]) => `${JSON.stringify(key.normalize('NFC'))}:${text(each)}`,
  )
  return `{${members.toSorted().join(',')}}`
}

test('Unicode forms and the order of tools raise nothing', async () => {
  expect(definitionDigest({ name: 'a', description: 'e\u0301' })).toBe(
    definitionDigest({ description: 'é', name: 'a' }),
  )
  expect(definitionDigest({ name: 'a', 'e\u0301': 1, é: 2 })).not.toBe(
    definitionDigest({ name: 'a', 'e\u0301': 2, é: 1 }),
  )
  const pins = memoryPins()
  await toolReviewer({ pins }).review(listing(add, sub))
  const reviewer = toolReviewer({ pins })
  expect((await reviewer.review(listing(sub, shuffled(add) as JsonObject))).withheld).toEqual([]) // as `add` is
  expect(reviewer.pending()).toEqual([])
  const [one, other] = [
    { name: 'a', digest: '1' },
    { name: 'b', digest: '2' },
  ]
  expect(setDigest([one, other])).toBe(setDigest([other, one]))
  expect(setDigest([one])).not.toBe(setDigest([one, other]))
})

test('what is added, renamed, removed or back again waits, in this run and the next, until it is approved', async () => {
  const path = folder()
  const next = () => toolReviewer({ pins: filePins(path) })
  const names = async (reviewer: ReturnType<typeof next>, ...tools: readonly JsonObject[]) =>
    (await reviewer.review(listing(...tools))).shown.map(({ raw }) => raw['name'])
  const changes = (reviewer: ReturnType<typeof next>) =>
    reviewer.pending().map(({ tool, change }) => `${tool} ${change}`)

  expect(await names(next(), add)).toEqual(['add'])
  let reviewer = next()
  expect(await names(reviewer, add, sub)).toEqual(['add'])
  expect(changes(reviewer)).toEqual(['sub added'])

  reviewer = next()
  expect(await names(reviewer, { ...add, name: 'plus' })).toEqual([])
  expect(changes(reviewer)).toEqual(['plus renamed', 'add removed'])
  expect(reviewer.pending()[0]?.diff).toEqual(['- name: "add"', '+ name: "plus"'])

  reviewer = next()
  expect(await names(reviewer, add)).toEqual([])
  expect(changes(reviewer)).toEqual(['add returned'])
  await reviewer.approve(reviewer.pending())
  expect(await names(next(), add)).toEqual(['add'])

  reviewer = next()
  expect(await names(reviewer, sub)).toEqual([])
  await reviewer.approve(reviewer.pending())
  expect(await names(next(), sub)).toEqual(['sub'])
  reviewer = next()
  expect(await names(reviewer, sub, add)).toEqual(['sub'])
  expect(changes(reviewer)).toEqual(['add added'])
})

test('an approval is for what was shown, not for what the tool is by then', async () => {
  const reviewer = toolReviewer({ pins: memoryPins() })
  await reviewer.review(listing(add))
  await reviewer.review(listing({ ...add, description: 'Adds, and tells.' }))
  const shown = reviewer.pending()
  expect(shown[0]?.diff).toEqual(['- description: "Adds two numbers."', '+ description: "Adds, and tells."'])
  await reviewer.review(listing({ ...add, description: 'Adds, and sends.' }))
  await expect(reviewer.approve(shown)).rejects.toMatchObject({ code: 'input-invalid' })
  expect((await reviewer.review(listing({ ...add, description: 'Adds, and sends.' }))).shown).toEqual([])
})

test('pins that cannot be read, are damaged, or that others may write let nothing pass', async () => {
  const path = folder()
  await toolReviewer({ pins: filePins(path) }).review(listing(add))
  const [name = ''] = readdirSync(path)
  const file = join(path, name)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  for (const damage of [
    '',
    '{"version":1',
    '{"version":2}',
    '[]',
    '{"version":1,"server":"s","tools":[{}]}',
  ]) {
    writeFileSync(file, damage)
    expect((await toolReviewer({ pins: filePins(path) }).review(listing(add))).shown).toEqual([])
  }
  rmSync(file)
  await toolReviewer({ pins: filePins(path) }).review(listing(add))
  const { chmodSync } = await import('node:fs')
  chmodSync(file, 0o666)
  const { shown, withheld } = await toolReviewer({ pins: filePins(path) }).review(listing(add))
  expect(shown).toEqual([])
  expect(withheld[0]?.reason).toMatch(/may be written by others/)
})

test('two that see a server first at once agree on what they saw', async () => {
  const path = folder()
  const seen = await Promise.all(
    [add, { ...add, description: 'Another.' }, sub].map((tool) =>
      toolReviewer({ pins: filePins(path) }).review(listing(tool)),
    ),
  )
  expect(seen.flatMap(({ shown }) => shown)).toHaveLength(1)
  expect(readdirSync(path)).toHaveLength(1)
})

test('where asked for, nothing passes at the first use, and a server without tools is not known yet', async () => {
  const pins = memoryPins()
  const strict = toolReviewer({ pins, firstUse: 'ask' })
  expect((await strict.review(listing(add))).shown).toEqual([])
  await strict.approve(strict.pending())
  expect((await strict.review(listing(add))).shown).toHaveLength(1)
  const usual = toolReviewer({ pins: memoryPins() })
  await usual.review(listing())
  expect((await usual.review(listing(add))).shown).toHaveLength(1)
})
