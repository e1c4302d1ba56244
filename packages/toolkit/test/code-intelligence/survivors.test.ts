import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { linuxProcesses } from '../../src/linux-processes.ts'
import { hasVariable } from '../../src/linux-processes.ts'
import { barePath, makeProject } from './project.ts'

const kills = Number(process.env['KEEPUP_KILLS'] ?? 5)
const seed = Number(process.env['KEEPUP_SEED'] ?? 20_261_121)

const linux = process.platform === 'linux'
if (!linux) console.warn('SKIPPED: survivors are looked for in /proc, which this system has not')

/** Numbers between 0 and 1 that a seed decides. */
function randomOf(start: number): () => number {
  let state = start
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

/** The live processes that a host started, by a variable that they inherit, or by what fled and kept nothing but its command line. */
function survivors(mark: string): readonly number[] {
  return linuxProcesses()
    .filter(({ pid, ended }) => !ended && pid !== process.pid && hasVariable(pid, mark))
    .map(({ pid }) => pid)
}

async function killHost(
  mark: string,
  { args, after }: { readonly args: readonly string[]; readonly after: 'start' | 'answer' | number },
): Promise<number> {
  const host = spawn(
    process.execPath,
    ['--conditions=@keepup/source', join(import.meta.dirname, 'host.ts'), ...args],
    { env: { ...barePath(), KEEPUP_TEST_HOST: mark }, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = once(host, 'exit')
  let said = ''
  host.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const word = after === 'answer' ? 'answered' : 'starting'
  while (!said.includes(word) && host.exitCode === null) await delay(2)
  if (typeof after === 'number') await delay(after)
  // A host that fails by itself proves nothing.
  expect(said, `SEED=${seed}`).not.toContain('failed')
  expect(host.exitCode).toBe(null)
  const during = survivors(`KEEPUP_TEST_HOST=${mark}`).length
  host.kill('SIGKILL')
  await ended
  return during
}

async function left(mark: string): Promise<readonly number[]> {
  for (let round = 0; round < 250; round++) {
    const found = survivors(`KEEPUP_TEST_HOST=${mark}`)
    if (found.length === 0) return found
    await delay(20)
  }
  return survivors(`KEEPUP_TEST_HOST=${mark}`)
}

test.skipIf(!linux)(
  `${kills} hosts killed at any moment leave no server`,
  { timeout: 30_000 + kills * 6_000 },
  async () => {
    const random = randomOf(seed)
    const root = await makeProject({
      programs: [
        'tsc=typescript/bin/tsc',
        'oxlint',
        'biome',
        'pyright-langserver=pyright/langserver.index.js',
        'vscode-json-language-server',
        'vscode-css-language-server',
        'bash-language-server',
      ],
      packages: { typescript: 'typescript' },
      files: {
        'tsconfig.json': '{}',
        'biome.json': '{}',
        '.oxlintrc.json': '{}',
        'a.ts': 'export const a: string = 1\n',
        'a.py': 'a: str = 1\n',
        'a.json': '{}',
        'a.css': 'a {}',
        'a.sh': 'echo\n',
        'a.fake': 'wrong\n',
      },
    })
    const named = ['a.ts', 'a.py', 'a.json', 'a.css', 'a.sh'].map((name) => join(root, name))
    const windows = new Map<string, number>()
    for (let round = 0; round < kills; round++) {
      const mark = `${process.pid}-${seed}-${round}`
      const some = [named[round % named.length] ?? '', named[Math.floor(random() * named.length)] ?? '']
      const mode = ['real', 'deaf', 'real', 'fleeing'][round % 4] ?? 'real'
      const files = mode === 'real' ? some : [join(root, 'a.fake')]
      const after = mode !== 'deaf' && random() < 0.4 ? 'answer' : Math.floor(random() * 900)
      const during = await killHost(mark, { args: [root, mode, ...files], after })
      const window = `${mode} ${after === 'answer' ? 'answered' : 'in between'}, ${during > 1 ? 'servers ran' : 'none yet'}`
      windows.set(window, (windows.get(window) ?? 0) + 1)
      expect(await left(mark), `SEED=${seed} round ${round} ${window}`).toEqual([])
    }
    console.log(`killed: ${[...windows].map(([window, count]) => `${window}: ${count}`).join('; ')}`)
    expect([...windows.keys()].some((window) => window.includes('servers ran'))).toBe(true)
  },
)
