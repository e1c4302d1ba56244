import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import fc from 'fast-check'
import { expect, test, vi } from 'vitest'

import { applyPatchTool } from '../../src/index.ts'
import { call, temporaryFolder, textOf } from '../call-tool.ts'
import { see } from '../see.ts'
import { updateSection } from './diff-patch.ts'

// Real files on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const line = fc.constantFrom(
  '',
  'a',
  'b',
  '  a',
  'a  ',
  '\tx',
  '“q”',
  '*** End Patch?',
  '@@',
  '-minus',
  '+plus',
  ' ',
)
const unique = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 30 })

test('the patch of a generated difference gives the generated file', async () => {
  const root = await temporaryFolder()
  // Lines that differ: with equal ones a patch may mean several places.
  const file = unique.map((numbers) => numbers.map((number) => `line ${number}`))
  const change = fc.array(fc.tuple(fc.nat(40), fc.nat(3), fc.array(line, { maxLength: 3 })), {
    minLength: 1,
    maxLength: 4,
  })
  await fc.assert(
    fc.asyncProperty(file, change, fc.integer({ min: 0, max: 3 }), async (lines, changes, context) => {
      const before = joined(lines)
      const after = joined(
        changes.reduce<readonly string[]>(
          (now, [at, size, added]) => now.toSpliced(at % (now.length + 1), size, ...added),
          lines,
        ),
      )
      await writeFile(join(root, 'f'), before)
      const section = updateSection('f', before, after, context)
      // Without context, lines that are only added say no place.
      fc.pre(section !== undefined && !(context === 0 && /@@\n(\+.*\n?)+(@@|$|\*)/.test(section)))
      const patch = `*** Begin Patch\n${section ?? ''}\n*** End Patch`
      const outcome = await call(applyPatchTool(root, await see(root, 'f')), { patch })
      expect(outcome.type === 'completed' ? await readFile(join(root, 'f'), 'utf8') : textOf(outcome)).toBe(
        after,
      )
    }),
    { numRuns: 500 },
  )
})

test('whatever the lines, no byte outside of the places that are told changes', async () => {
  const root = await temporaryFolder()
  const ending = fc.constantFrom('\n', '\n', '\r\n')
  const file = fc.array(fc.tuple(line, ending), { maxLength: 12 }).map((lines) => lines.flat().join(''))
  const sign = fc.constantFrom(' ', ' ', '-', '+')
  const chunk = fc.array(fc.tuple(sign, line), { minLength: 1, maxLength: 3 })
  let applied = 0
  await fc.assert(
    fc.asyncProperty(
      file,
      fc.boolean(),
      fc.array(chunk, { minLength: 1, maxLength: 2 }),
      async (text, cut, chunks) => {
        await writeFile(join(root, 'f'), cut ? text.replace(/\r?\n$/, '') : text)
        const before = await readFile(join(root, 'f'))
        const lines = chunks.flatMap((one) => ['@@', ...one.map(([first, rest]) => first + rest)])
        const patch = ['*** Begin Patch', '*** Update File: f', ...lines, '*** End Patch'].join('\n')
        const outcome = await call(applyPatchTool(root, await see(root, 'f')), { patch })
        const after = await readFile(join(root, 'f'))
        if (outcome.type !== 'completed') return expectSame(after, before)
        applied++
        const { files } = outcome.output.structured as unknown as {
          files: readonly { places: readonly { start: number; end: number; length: number }[] }[]
        }
        let old = 0
        let now = 0
        for (const { start, end, length } of files[0]?.places ?? []) {
          expectSame(after.subarray(now, now + start - old), before.subarray(old, start))
          now += start - old + length
          old = end
        }
        expectSame(after.subarray(now), before.subarray(old))
      },
    ),
    { numRuns: 1_000 },
  )
  expect(applied).toBeGreaterThan(50)
})

function joined(lines: readonly string[]): string {
  return lines.map((one) => `${one}\n`).join('')
}

function expectSame(one: Buffer, other: Buffer): void {
  expect(one.equals(other)).toBe(true)
}
