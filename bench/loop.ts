import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type InstalledPeer, installPeer } from './install-peer.ts'
import { median } from './median.ts'
import { publishResults, type Row } from './publish-results.ts'

/** One loop on one kind of storage. */
interface Case {
  readonly label: string
  readonly storage: 'none' | 'memory' | 'SQLite'
  readonly peer?: string
  readonly args: readonly string[]
}

interface Measured {
  readonly cpu: number
  readonly wall: number
  readonly rss: number
}

const here = import.meta.dirname
const keepup = ['--conditions=@keepup/source', join(here, 'loop-turns.ts')]
const cases: readonly Case[] = [
  { label: 'keepup', storage: 'memory', args: [...keepup, 'memory'] },
  { label: 'keepup', storage: 'SQLite', args: [...keepup, 'sqlite'] },
  peerCase('AI SDK generateText', 'none', 'ai', 'generateText'),
  peerCase('OpenAI Agents run', 'none', 'openai-agents', 'run'),
  peerCase('Mastra agent.stream', 'none', 'mastra', 'stream'),
  peerCase('LangGraph createReactAgent', 'none', 'langgraph', 'createReactAgent'),
  peerCase('LangChain createAgent', 'none', 'langgraph', 'createAgent'),
  peerCase('LangChain createAgent', 'memory', 'langgraph', 'createAgent-saver'),
  peerCase('LangChain createAgent', 'SQLite', 'langgraph', 'createAgent-sqlite'),
]
/** How many turns are measured, and in which process: one that still compiles, as after every start, or one that has run for a while. */
interface Series {
  readonly turns: number
  readonly age: 'young' | 'warmed'
}

type Outcome = readonly Measured[] | string

/** A case that needs longer for its turns is reported so, and not measured again. */
const patience = 120_000
const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 3)

function peerCase(label: string, storage: Case['storage'], peer: string, name: string): Case {
  return { label, storage, peer, args: [join(here, 'peers', peer, 'case.mjs'), name] }
}

/** Runs one case in a process and a temporary folder of its own. */
async function run(one: Case, { turns, age }: Series): Promise<Measured | string> {
  const scratch = mkdtempSync(join(tmpdir(), 'keepup-bench-'))
  const child = spawn(process.execPath, ['--max-old-space-size=6000', ...one.args, String(turns), age], {
    env: { ...process.env, TMPDIR: scratch },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    return await result(child)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function result(child: ChildProcess): Promise<Measured | string> {
  return new Promise((resolve) => {
    let output = ''
    let errors = ''
    const timer = setTimeout(() => child.kill('SIGKILL'), patience)
    child.stdout?.on('data', (data: Buffer) => (output += data.toString()))
    child.stderr?.on('data', (data: Buffer) => (errors += data.toString()))
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      const line = output.trimEnd().split('\n').at(-1) ?? ''
      if (code === 0) resolve(JSON.parse(line) as Measured)
      else resolve(signal === 'SIGKILL' ? `over ${patience / 1000} s` : `failed: ${reason(errors)}`)
    })
  })
}

function reason(errors: string): string {
  return (
    errors
      .split('\n')
      .find((line) => /error/i.test(line))
      ?.slice(0, 120) ?? 'no message'
  )
}

async function measureAll(
  at: Series,
  peers: ReadonlyMap<string, InstalledPeer>,
  before: ReadonlyMap<Case, Outcome> = new Map(),
): Promise<ReadonlyMap<Case, Outcome>> {
  // What did not come to its end in a young process is not tried again.
  const found = new Map<Case, Outcome>([...before].filter(([, outcome]) => typeof outcome === 'string'))
  for (let round = 0; round < rounds; round += 1)
    for (const one of cases) {
      const earlier = found.get(one) ?? []
      if (typeof earlier === 'string') continue
      const peer = one.peer === undefined ? undefined : peers.get(one.peer)
      const outcome =
        peer !== undefined && 'missing' in peer ? `not installed: ${peer.missing}` : await run(one, at)
      found.set(one, typeof outcome === 'string' ? outcome : [...earlier, outcome])
    }
  return found
}

function rows({ turns, age }: Series, found: ReadonlyMap<Case, Outcome>): readonly Row[] {
  const perTurn = (one: Case, read: (run: Measured) => number): number => {
    const runs = found.get(one)
    return Array.isArray(runs) ? median(runs.map(read)) / turns : Number.NaN
  }
  return cases.map((one) => {
    const runs = found.get(one)
    const own = cases.find(
      ({ peer, storage }) => peer === undefined && (storage === 'SQLite') === (one.storage === 'SQLite'),
    )
    const cpu = perTurn(one, (measured) => measured.cpu)
    const ratio = own === undefined ? Number.NaN : cpu / perTurn(own, (measured) => measured.cpu)
    const shown = { turns, process: age, loop: one.label, storage: one.storage }
    if (typeof runs === 'string') return { ...shown, note: runs }
    return {
      ...shown,
      'CPU ms/turn': cpu,
      'wall ms/turn': perTurn(one, (measured) => measured.wall),
      'RSS MB': Math.round((perTurn(one, (measured) => measured.rss) * turns) / 2 ** 20),
      'of keepup': `${ratio.toFixed(1)} x`,
    }
  })
}

const peers = new Map(
  [...new Set(cases.flatMap(({ peer }) => peer ?? []))].map((name) => [name, installPeer(name)] as const),
)
const all: Row[] = []
for (const turns of [200, 2000]) {
  const young = await measureAll({ turns, age: 'young' }, peers)
  const warmed = await measureAll({ turns, age: 'warmed' }, peers, young)
  all.push(...rows({ turns, age: 'young' }, young), ...rows({ turns, age: 'warmed' }, warmed))
}
const compared = [...peers].map(([name, peer]) =>
  'versions' in peer ? peer.versions : `${name}: ${peer.missing}`,
)
publishResults({
  name: 'loop',
  about:
    `A model that answers at once and calls one trivial tool (1 KB) in every turn. Medians of ${rounds} interleaved processes.\n` +
    'A young process has run ten turns before, a warmed one ten conversations of 200.\n' +
    `Beside ${compared.join('; ')}.\nThe ratio is to keepup in memory, on SQLite to keepup on SQLite.`,
  rows: all,
})
