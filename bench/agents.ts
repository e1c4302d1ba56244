import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { installPeer } from './install-peer.ts'
import { median } from './median.ts'
import { publishResults, type Row } from './publish-results.ts'

/** What one process found: see `liveReport`. */
interface Measured {
  /** In bytes: while all agents were there, and at the end. */
  readonly rss: number
  readonly most: number
  /** Processor time of one turn of an agent, in milliseconds. */
  readonly turn: number
  /** From the answer that wants an agent to that agent's first call of a model, in milliseconds. */
  readonly spawn?: number
}

const here = import.meta.dirname
const rounds = Number(process.env['KEEPUP_BENCH_ROUNDS'] ?? 3)
const turns = 20
const mine = ['--conditions=@keepup/source', join(here, 'agents-live.ts')]
const peers = Object.entries({
  'OpenAI Agents': 'openai-agents',
  Mastra: 'mastra',
  deepagents: 'deepagents',
}).flatMap(([label, folder]) => {
  const peer = installPeer(folder)
  if ('versions' in peer)
    return [{ label: `${label} (${peer.versions})`, args: [join(here, 'peers', folder, 'live.mjs')] }]
  console.error(`${label} is not measured: ${peer.missing}`)
  return []
})

const cases = [
  { label: 'keepup, memory', args: [...mine, 'memory'] },
  { label: 'keepup, SQLite', args: [...mine, 'sqlite'] },
  ...peers,
]

function once(args: readonly string[], agents: number): Measured {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...args, String(agents), String(turns)], {
    encoding: 'utf8',
    timeout: 600_000,
  })
  const line = stdout.trim().split('\n').at(-1) ?? ''
  if (status !== 0 || !line.startsWith('{')) throw new Error(`${args.join(' ')} failed:\n${stdout}${stderr}`)
  // The line that `liveReport` prints.
  return JSON.parse(line) as Measured
}

function row(label: string, args: readonly string[], agents: number): Row {
  const found = Array.from({ length: rounds }, () => once(args, agents))
  const middle = (of: (measured: Measured) => number): number => median(found.map(of))
  const spawn = middle(({ spawn: time = Number.NaN }) => time)
  return {
    what: label,
    'live agents': agents,
    'spawn ms': Number.isNaN(spawn) ? undefined : spawn,
    'MB while all live': Math.round(middle(({ rss }) => rss) / 2 ** 20),
    'MB at the end': Math.round(middle(({ most }) => most) / 2 ** 20),
    'CPU ms per turn': middle(({ turn }) => turn),
  }
}

publishResults({
  name: 'agents',
  about: `Agents that another one started in one turn, all at work at once in one process, ${turns} turns each with a tool that answers one kilobyte. Spawn: from the model's wish to the agent's own first call of a model, one agent after the other. Median of ${rounds}. Only keepup records them.`,
  rows: cases.flatMap(({ label, args }) => [10, 100, 1_000].map((agents) => row(label, args, agents))),
})
