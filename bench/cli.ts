import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { startFakeServer } from './fake-server.ts'
import { type CommandUse, measureCommand } from './measure-command.ts'
import { median } from './median.ts'
import { publishResults, type Row } from './publish-results.ts'

const root = join(import.meta.dirname, '..')
const program = join(root, 'apps/cli/dist/main.js')
const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 9)
const scratch = mkdtempSync(join(tmpdir(), 'keepup-bench-'))
const task = 'read hello.txt and tell me'
const environment = { PATH: process.env['PATH'], HOME: scratch, TMPDIR: scratch, NO_COLOR: '1' }

interface Case {
  readonly label: string
  command(round: number): readonly string[]
}

function build(): void {
  const filters = ['cli', 'runtime'].map((name) => `--filter=@keepup/${name}...`)
  const { status } = spawnSync('turbo', ['run', 'build', ...filters], { cwd: root, stdio: 'ignore' })
  if (status !== 0) throw new Error('the build failed: see `pnpm build`')
}

function importing(file: string): readonly string[] {
  const url = pathToFileURL(join(root, file)).href
  return [process.execPath, '--input-type=module', '--eval', `import ${JSON.stringify(url)}`]
}

function runCase(label: string, url: string, ...flags: readonly string[]): Case {
  const model = `openai-compatible:${url}#any`
  const run = [process.execPath, program, 'run', task, '--model', model, '--cwd', scratch, '--mode', 'yolo']
  return { label, command: (round) => [...run, '--store', join(scratch, `${label}-${round}.db`), ...flags] }
}

/** One uncounted round, so that caches are filled, then the others, every case once in each. */
async function measureAll(cases: readonly Case[]): Promise<ReadonlyMap<Case, readonly CommandUse[]>> {
  const found = new Map<Case, CommandUse[]>(cases.map((one) => [one, []]))
  for (let round = 0; round <= rounds; round += 1)
    for (const one of cases) {
      const use = await measureCommand(one.command(round), { cwd: scratch, env: environment })
      if (use.code !== 0) throw new Error(`${one.label} ended with ${use.code}:\n${use.output}`)
      if (round > 0) found.get(one)?.push(use)
    }
  return found
}

function row({ label }: Case, uses: readonly CommandUse[], floor: readonly CommandUse[]): Row {
  const wall = median(uses.map((use) => use.wall))
  const cpu = median(uses.map((use) => use.cpu))
  return {
    case: label,
    'wall ms': wall,
    'least wall ms': Math.min(...uses.map((use) => use.wall)),
    'CPU ms': cpu,
    'RSS MB': median(uses.map((use) => use.rss)) / 2 ** 20,
    'CPU over bare node': cpu - median(floor.map((use) => use.cpu)),
  }
}

async function main(): Promise<void> {
  build()
  writeFileSync(join(scratch, 'hello.txt'), 'hello\n')
  await using server = await startFakeServer({
    tool: 'read',
    input: { path: 'hello.txt' },
    text: 'It says hello.',
  })
  const bare: Case = {
    label: 'node, nothing',
    command: () => [process.execPath, '--input-type=module', '--eval', '0'],
  }
  const cases: readonly Case[] = [
    bare,
    { label: 'import @keepup/core', command: () => importing('packages/core/dist/index.js') },
    { label: 'import @keepup/runtime', command: () => importing('packages/runtime/dist/index.js') },
    { label: 'keepup --version', command: () => [process.execPath, program, '--version'] },
    { label: 'keepup --help', command: () => [process.execPath, program, '--help'] },
    runCase('keepup run, one tool call', server.url),
    runCase('keepup run --json, one tool call', server.url, '--json'),
  ]
  const found = await measureAll(cases)
  const [first] = server.served
  const overhead = (first?.bytes ?? Number.NaN) - Buffer.byteLength(task)
  const slowest = Math.max(...server.served.map(({ milliseconds }) => milliseconds))
  publishResults({
    name: 'cli',
    about:
      `The built command line, medians of ${rounds} runs, against a server on this machine that answers in at most ${slowest.toFixed(1)} ms.\n` +
      `A run makes ${server.served.length / (2 * rounds + 2)} requests; the first is ${first?.bytes} bytes, ${overhead} of them not the task.`,
    rows: cases.map((one) => row(one, found.get(one) ?? [], found.get(bare) ?? [])),
  })
}

await main().finally(() => rmSync(scratch, { recursive: true, force: true }))
