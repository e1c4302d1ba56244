import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { ToolOutcome } from '@keepup/core'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'

import { createWorkingFiles, editTool, multiEditTool } from '../src/index.ts'
import { call, temporaryFolder } from './call-tool.ts'
import { see } from './see.ts'

// Real files on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

interface Place {
  readonly start: number
  readonly end: number
  readonly length: number
}

interface Told {
  readonly strategy: string
  readonly confidence: number
  readonly places: readonly Place[]
}

const words = fc.constantFrom(
  'alpha',
  'beta2',
  'it’s',
  '“so”',
  'x = 1',
  'end—',
  'a\\nb',
  '\u{1F600}',
  'fn(a)',
  '}',
)
const indent = fc.constantFrom('', '  ', '    ', '\t', '\t\t', '\u00A0')
const ending = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r')
const trailing = fc.constantFrom('', '', '', ' ', '  ', '\t')
const line = fc.tuple(indent, fc.array(words, { maxLength: 3 }), trailing, ending)
const fileText = fc
  .tuple(fc.boolean(), fc.array(line, { minLength: 1, maxLength: 12 }), fc.boolean())
  .map(([mark, lines, cut]) => {
    const text = lines.map(([before, inner, after, end]) => before + inner.join(' ') + after + end).join('')
    return (mark ? '\u{FEFF}' : '') + (cut ? text.replace(/[\r\n]+$/, '') : text)
  })

/** What a model may make of a text that it copies. */
const blurs: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.replaceAll(/\r\n|\r/g, '\n'),
  (text) => text.replaceAll(/[ \t]+(?=[\r\n]|$)/g, ''),
  (text) =>
    text.replaceAll(/[‘’]/g, "'").replaceAll(/[“”]/g, '"').replaceAll('—', '-').replaceAll('\u00A0', ' '),
  (text) => text.replaceAll(/^ {2}/gm, ''),
  (text) => text.replaceAll(/^/gm, '  '),
  (text) => text.replaceAll('\t', '    '),
  (text) => JSON.stringify(text).slice(1, -1),
]

const attempt = fc.record({
  content: fileText,
  from: fc.nat(1_000),
  size: fc.integer({ min: 1, max: 60 }),
  blurred: fc.array(fc.constantFrom(...blurs), { maxLength: 3 }),
  change: fc.constantFrom('', 'new', 'two\nlines', '  deeper\n', 'gänz “neu”'),
  inside: fc.boolean(),
})

test('whatever the strategy, no byte outside of the places that are told changes', async () => {
  const root = await temporaryFolder()
  const strategies = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(attempt, async ({ content, from, size, blurred, change, inside }) => {
      const begin = from % (content.length + 1)
      const old_text = blurred
        .reduce((text, blur) => blur(text), content.slice(begin, begin + size))
        .toWellFormed()
      const middle = Math.floor(old_text.length / 2)
      const new_text = (
        inside ? old_text.slice(0, middle) + change + old_text.slice(middle) : change
      ).toWellFormed()
      await writeFile(join(root, 'file'), content)
      const before = await readFile(join(root, 'file'))
      const outcome = await call(editTool(root, await see(root, 'file')), {
        path: 'file',
        old_text,
        new_text,
      })
      const after = await readFile(join(root, 'file'))
      if (outcome.type !== 'completed') {
        expect(after).toEqual(before)
        return
      }
      const { strategy, confidence, places } = toldBy(outcome)
      strategies.set(strategy, (strategies.get(strategy) ?? 0) + 1)
      expect(confidence).toBeGreaterThanOrEqual(0.9)
      expectOutsideKept(before, after, places)
    }),
    { numRuns: 1_000 },
  )
  // The property says something only where every kind of match was made.
  expect([...strategies.keys()].toSorted()).toEqual(
    expect.arrayContaining(['exact', 'indentation', 'line-endings', 'look-alikes', 'trailing-white-space']),
  )
})

test('several edits at once come to the same as one after the other', async () => {
  const root = await temporaryFolder()
  const word = fc.constantFrom('a', 'b', 'ab', 'ba', 'a\nb', "it's", '“x”', '"x"')
  const edit = fc.record({
    old_text: word,
    new_text: fc.oneof(word, fc.constant('')),
    replace_all: fc.boolean(),
  })
  const content = fc.array(fc.oneof(word, fc.constantFrom(' ', '\n', '\r\n', '  \n')), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(content, fc.array(edit, { minLength: 1, maxLength: 4 }), async (pieces, edits) => {
      const text = pieces.join('')
      await writeFile(join(root, 'one'), text)
      await writeFile(join(root, 'many'), text)
      const files = await see(root, 'one', 'many')
      let allDone = true
      for (const each of edits) {
        allDone &&= (await call(editTool(root, files), { path: 'one', ...each })).type === 'completed'
      }
      const { type } = await call(multiEditTool(root, files), { path: 'many', edits })
      expect(type).toBe(allDone ? 'completed' : 'failed')
      expect(await readFile(join(root, 'many'), 'utf8')).toBe(
        allDone ? await readFile(join(root, 'one'), 'utf8') : text,
      )
    }),
    { numRuns: 300 },
  )
})

test('an exact edit of a file of any bytes leaves the rest as it is', async () => {
  const root = await temporaryFolder()
  const bytes = fc.uint8Array({ maxLength: 60 }).map((some) => some.map((byte) => (byte === 0 ? 10 : byte)))
  await fc.assert(
    fc.asyncProperty(bytes, bytes, async (head, tail) => {
      const before = Buffer.concat([head, Buffer.from('«here»'), tail])
      await writeFile(join(root, 'file'), before)
      const input = { path: 'file', old_text: '«here»', new_text: '«there\nand there»' }
      const outcome = await call(editTool(root, createWorkingFiles()), input)
      expect(outcome.type).toBe('completed')
      expectOutsideKept(before, await readFile(join(root, 'file')), toldBy(outcome).places)
    }),
    { numRuns: 100 },
  )
})

function toldBy(outcome: ToolOutcome): Told {
  if (outcome.type !== 'completed') throw new Error(outcome.type)
  return outcome.output.structured as unknown as Told
}

function expectOutsideKept(before: Buffer, after: Buffer, places: readonly Place[]): void {
  let old = 0
  let now = 0
  for (const { start, end, length } of places) {
    expect(after.subarray(now, now + start - old)).toEqual(before.subarray(old, start))
    now += start - old + length
    old = end
  }
  expect(after.subarray(now)).toEqual(before.subarray(old))
}
