import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { systemClock, type ToolContext } from '@keepup/core'
import { createWorkingFiles, editTool, grepTool, readTool } from '@keepup/toolkit'

import { median } from './median.ts'
import { publishResults } from './publish-results.ts'

const files = 10_000
const rounds = 15
const words = 'const value export function return import from async await string number path file'.split(' ')

/** A tree like that of a large project: small sources in folders of 25, a rare word in one of a thousand of them. */
async function plant(root: string): Promise<void> {
  for (let folder = 0; folder < files / 25; folder++) {
    const path = join(root, `package-${folder % 40}`, `part-${folder}`)
    await mkdir(path, { recursive: true })
    await Promise.all(
      Array.from({ length: 25 }, (_, index) =>
        writeFile(join(path, `file-${index}.ts`), source(folder * 25 + index)),
      ),
    )
  }
  await writeFile(join(root, '.gitignore'), 'dist/\nnode_modules/\n')
}

function source(seed: number): string {
  const lines = Array.from({ length: 40 + (seed % 60) }, (_, line) =>
    Array.from({ length: 8 }, (_word, at) => words[(seed * 7 + line * 13 + at * 5) % words.length]).join(' '),
  )
  return `${lines.join('\n')}\n${seed % 1_000 === 0 ? '// the rare needle\n' : ''}`
}

function contextOf(key: string): ToolContext {
  return {
    call: { thread: 'bench', id: key, key, name: 'bench', input: {} },
    signal: new AbortController().signal,
    clock: systemClock,
    idempotencyKey: key,
    progress: () => {},
    processStarted: async () => {},
  }
}

/** Milliseconds, the median of some rounds in turn, after one that warms the files up. */
async function measure(ways: readonly (() => unknown)[]): Promise<readonly number[]> {
  const times = ways.map((): number[] => [])
  for (let round = -2; round < rounds; round++) {
    for (const [index, way] of ways.entries()) {
      const begun = performance.now()
      await way()
      if (round >= 0) times[index]?.push(performance.now() - begun)
    }
  }
  return times.map(median)
}

const root = await mkdtemp(join(tmpdir(), 'keepup-bench-grep-'))
try {
  await plant(root)
  const hasRipgrep = spawnSync('rg', ['--version']).status === 0
  if (!hasRipgrep) console.warn('ripgrep is not installed: keepup is measured without it')
  const rows: Record<string, string | number>[] = []
  for (const [pattern, about] of [
    ['needle', 'in 10 files'],
    ['await\\s+string', 'in most files'],
    ['nowhere', 'in none'],
  ] as const) {
    const grep = (options: { ripgrep?: false }) => () =>
      grepTool(root, options).run({ pattern }, contextOf('grep'))
    const alone = (): unknown =>
      spawnSync('rg', ['--line-number', '--hidden', '-e', pattern, '.'], { cwd: root, maxBuffer: 1 << 30 })
    const [keepup = Number.NaN, without = Number.NaN, ripgrep = Number.NaN] = await measure([
      grep({}),
      grep({ ripgrep: false }),
      ...(hasRipgrep ? [alone] : []),
    ])
    rows.push({
      pattern: `${pattern} (${about})`,
      'keepup grep, ms': keepup,
      'without ripgrep, ms': without,
      'ripgrep alone, ms': ripgrep,
      'times ripgrep': keepup / ripgrep,
    })
  }
  publishResults({
    name: 'grep',
    about: `The grep tool over ${files} small files beside ripgrep itself, started as a process that prints every match. Wall milliseconds a call.`,
    rows,
  })
  await measureEdit()
} finally {
  await rm(root, { recursive: true, force: true })
}

async function measureEdit(): Promise<void> {
  const big = Array.from(
    { length: 18_500 },
    (_, index) => `line ${index} of a file that is one megabyte large, it’s so\n`,
  ).join('')
  const rows: Record<string, string | number>[] = []
  for (const [way, quote] of [
    ['exact', '’'],
    ['by look-alikes', "'"],
  ] as const) {
    const shared = createWorkingFiles()
    const edit = editTool(root, shared)
    const times: number[] = []
    for (let round = -5; round < 30; round++) {
      await writeFile(join(root, 'big.txt'), big)
      await readTool(root, shared.seen).run({ path: 'big.txt', limit: 1 }, contextOf('read'))
      const old_text = `line ${9_000 + round} of a file that is one megabyte large, it${quote}s so`
      const begun = performance.now()
      await edit.run(
        { path: 'big.txt', old_text, new_text: `${old_text}, changed` },
        contextOf(`edit${round}`),
      )
      if (round >= 0) times.push(performance.now() - begun)
    }
    const changed = (await readFile(join(root, 'big.txt'), 'utf8')).includes('so, changed')
    if (!changed) throw new Error('the edit should have been done')
    rows.push({
      edit: `${way}, of ${(Buffer.byteLength(big) / 1e6).toFixed(2)} MB`,
      ms: median(times),
      'slowest, ms': Math.max(...times),
    })
  }
  publishResults({
    name: 'edit',
    about:
      'The edit tool on one large file: read, hashed, searched, written beside, flushed to the disk, renamed. Wall milliseconds a call.',
    rows,
  })
}
