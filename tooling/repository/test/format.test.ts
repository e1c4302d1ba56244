import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'

import { checkExport } from '@keepup/checkpoint'
import { expect, onTestFinished, test } from 'vitest'

import { formatVectors } from '../format-vectors.ts'
import { repositoryRoot } from '../repository-root.ts'

const page = readFileSync(join(repositoryRoot, 'docs/format.md'), 'utf8')

/** The first fenced block of a language. */
function blockOf(language: string): string {
  return new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? ''
}

test('the vectors of docs/format.md are what is written today', async () => {
  const vectors = blockOf('jsonl')
  expect(vectors).toBe(await formatVectors())
  await checkExport(Readable.from([vectors]))
})

/** The lines of an export with the chain that fits them. */
function rechained(text: string): string {
  let chain = hash('sha256', 'keepup-export 1')
  return text.replaceAll(/^(.*),"chain":"[0-9a-f]{64}"\}$/gm, (_, body: string) => {
    chain = hash('sha256', `${chain}\n${body}}`)
    return `${body},"chain":"${chain}"}`
  })
}

const run = promisify(execFile)
const hasPython = await run('python3', ['--version']).then(
  () => true,
  () => false,
)
if (!hasPython) console.warn('skipped: python3 is not here to run the reader of docs/format.md')

test.skipIf(!hasPython)(
  'the reader of docs/format.md checks the vectors, and finds each change of them',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keepup-format-'))
    onTestFinished(async () => rm(folder, { recursive: true, force: true }))
    const [reader, file] = [join(folder, 'read.py'), join(folder, 'export.jsonl')]
    writeFileSync(reader, blockOf('python'))
    const vectors = blockOf('jsonl')
    writeFileSync(file, vectors)
    const { stdout } = await run('python3', [reader, file])
    const heads = vectors
      .split('\n')
      .filter((line) => line.includes('"record":"head"'))
      .map((line) => JSON.parse(line) as { thread: string; sequence: number; hash: string })
    expect(rechained(vectors)).toBe(vectors)
    expect(stdout).toBe(heads.map((head) => `${head.thread} ${head.sequence} ${head.hash}\n`).join(''))

    const lines = vectors.split('\n')
    // With the lines' own chain, and with one that somebody computed anew.
    for (const change of [(text: string) => text, rechained]) {
      for (const at of [2, 3, 5, 6, 7, 8, 12, 15]) {
        const line = lines[at] ?? ''
        const changed = line.replace(/"(time|bytes)":("?)./, '"$1":$2Z').replace('"time":Z', '"time":2')
        expect(changed).not.toBe(line)
        writeFileSync(file, change(lines.with(at, changed).join('\n')))
        await expect(run('python3', [reader, file])).rejects.toMatchObject({
          stderr: expect.stringMatching(/^line \d+: (?:changed|another)/) as string,
        })
      }
    }
    writeFileSync(file, lines.slice(0, -2).join('\n'))
    await expect(run('python3', [reader, file])).rejects.toMatchObject({
      stderr: expect.stringContaining('cut') as string,
    })
  },
  60_000,
)
