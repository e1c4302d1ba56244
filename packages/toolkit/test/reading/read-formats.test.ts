import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { ToolOutcome } from '@keepup/core'
import { expect, test } from 'vitest'

import { createWorkingFiles, editTool, readTool } from '../../src/index.ts'
import { call, temporaryFolder, textOf } from '../call-tool.ts'
import { smallPdf } from './small-pdf.ts'

const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

test('a picture comes as a file for the model, whatever its name', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'dot.dat'), dot)
  const outcome = await call(readTool(root), { path: 'dot.dat' })
  expect(outcome).toMatchObject({
    output: {
      content: [
        { type: 'text', text: `[The picture dot.dat, image/png, ${dot.length} bytes]` },
        { type: 'file', mediaType: 'image/png', name: 'dot.dat', source: { base64: dot.toString('base64') } },
      ],
      structured: { path: 'dot.dat', mediaType: 'image/png', size: dot.length },
    },
  })
})

test('a picture that no provider takes is refused, and a name alone makes none', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'big.png'), Buffer.concat([dot, Buffer.alloc(11 * 1024 * 1024)]))
  expect(textOf(await call(readTool(root), { path: 'big.png' }))).toMatch(/11 MiB.*Make a smaller one/)
  await writeFile(join(root, 'text.png'), 'just text\n')
  expect(textOf(await call(readTool(root), { path: 'text.png' }))).toBe('just text\n')
})

const notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [
    { cell_type: 'markdown', id: 'intro', metadata: {}, source: ['# Title\n', 'words'] },
    {
      cell_type: 'code',
      id: 'sum',
      metadata: {},
      execution_count: 1,
      source: 'print(1 + 1)\nplot()',
      outputs: [
        { output_type: 'stream', name: 'stdout', text: ['2\n'] },
        {
          output_type: 'execute_result',
          data: { 'text/plain': ['<Figure>'], 'image/png': 'AAAA' },
          metadata: {},
        },
        { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['\u001B[31mE\u001B[0m: v'] },
      ],
    },
  ],
}

test('a notebook is read as its cells, and as the JSON that it is to be edited', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'n.ipynb'), JSON.stringify(notebook, undefined, 1))
  const files = createWorkingFiles()
  const text = textOf(await call(readTool(root, files.seen), { path: 'n.ipynb' }))
  expect(text).toContain('[Cell 1: markdown, id intro]\n# Title\nwords\n')
  expect(text).toContain(
    '[Cell 2: code, id sum]\nprint(1 + 1)\nplot()\n[Output: stdout]\n2\n[Output: result]\n<Figure>',
  )
  expect(text).toContain('[Output not shown: image/png]\n[Output: error]\nE: v')
  const part = textOf(await call(readTool(root), { path: 'n.ipynb', offset: 2, limit: 1 }))
  expect(part).toContain('# Title\n\n[Lines 2 to 2; the file goes on.')
  expect(textOf(await call(readTool(root), { path: 'n.ipynb', raw: true }))).toContain(
    '"cell_type": "markdown"',
  )
  const edit = { path: 'n.ipynb', old_text: 'print(1 + 1)', new_text: 'print(2 + 2)' }
  expect((await call(editTool(root, files), edit)).type).toBe('completed')
})

test('what only claims to be a notebook is read as text', async () => {
  const root = await temporaryFolder()
  for (const text of ['{"cells": 1}', 'no JSON', '[]']) {
    await writeFile(join(root, 'n.ipynb'), text)
    expect(textOf(await call(readTool(root), { path: 'n.ipynb' }))).toBe(text)
  }
  await writeFile(
    join(root, 'n.ipynb'),
    '{"cells": [1, {"cell_type": 3, "source": null, "outputs": [null, {}]}]}',
  )
  expect(textOf(await call(readTool(root), { path: 'n.ipynb' }))).toContain('[Cell 1 cannot be read]')
})

test('a PDF is read as its text, page by page', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'a.pdf'), smallPdf(['Hello there', 'second page']))
  const text = textOf(await call(readTool(root), { path: 'a.pdf' }))
  expect(text).toContain('[Page 1 of 2]\nHello there\n[Page 2 of 2]\nsecond page\n')
  const part = textOf(await call(readTool(root), { path: 'a.pdf', offset: 3, limit: 1 }))
  expect(part).toContain('[Page 2 of 2]\n')
  expect(part).not.toContain('Hello')
  await writeFile(join(root, 'broken.pdf'), '%PDF-1.4\nnothing else')
  expect(textOf(await call(readTool(root), { path: 'broken.pdf' }))).toMatch(
    /The PDF "broken\.pdf" cannot be read/,
  )
})

test('a window shows a line in its middle and tells how to scroll, both ways, without a gap', async () => {
  const root = await temporaryFolder()
  const content = Array.from({ length: 95 }, (_, index) => `line ${index + 1}\n`).join('')
  await writeFile(join(root, 'f'), content)
  const middle = await call(readTool(root), { path: 'f', line: 50, lines: 10 })
  expect(textOf(middle)).toMatch(
    /^line 46\n[\s\S]*line 55\n\n\[Lines 46 to 55 of 95; before: line 40; after: line 60\]$/,
  )
  const shown: string[] = []
  for (let line: number | undefined = 1; line !== undefined;) {
    const outcome: ToolOutcome = await call(readTool(root), { path: 'f', line, lines: 10 })
    if (outcome.type !== 'completed') throw new Error(outcome.type)
    const [part] = outcome.output.content
    shown.push(part?.type === 'text' ? part.text : '')
    line = (outcome.output.structured as { next?: number }).next
  }
  expect(shown.join('')).toBe(content)
  const back = await call(readTool(root), { path: 'f', line: 40, lines: 10 })
  expect(textOf(back)).toMatch(/^line 36\n/)
  expect(textOf(await call(readTool(root), { path: 'f', line: 94, lines: 10 }))).toMatch(
    /line 95\n\n\[.*nothing after\]$/,
  )
  expect(textOf(await call(readTool(root), { path: 'f', line: 500 }))).toContain('fewer than')
  expect(await call(readTool(root), { path: 'f', line: 5, offset: 1 })).toMatchObject({
    code: 'tool-input-invalid',
  })
})

test('the whole file is hashed, whatever part is shown', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'f'), 'a\n'.repeat(100_000))
  const one = await call(readTool(root), { path: 'f', limit: 1 })
  const other = await call(readTool(root), { path: 'f', offset: 99_999 })
  expect(one).toMatchObject({ output: { structured: { lines: 100_000 } } })
  const hashOf = (outcome: typeof one): unknown =>
    outcome.type === 'completed' ? (outcome.output.structured as { hash?: string }).hash : undefined
  expect(hashOf(one)).toMatch(/^[0-9a-f]{64}$/)
  expect(hashOf(one)).toBe(hashOf(other))
})
