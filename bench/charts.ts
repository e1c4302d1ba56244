import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { type Bar, barChart } from './bar-chart.ts'
import type { BenchResults, Row } from './publish-results.ts'

/** What is drawn of a bench: one bar for each row that has the value. */
interface Chart {
  readonly bench: string
  readonly title: string
  /** The columns that say what a row is about. */
  readonly names: readonly string[]
  readonly value: string
  /** Rows without this column are about something else. */
  readonly needs?: string
}

type Report = BenchResults & { readonly when: string; readonly machine: Row }

const charts: readonly Chart[] = [
  {
    bench: 'loop',
    title: 'Processor time of a turn, ms',
    names: ['loop', 'storage', 'turns', 'process'],
    value: 'CPU ms/turn',
  },
  {
    bench: 'agents',
    title: 'Processor time of a turn with many agents, ms',
    names: ['what', 'live agents'],
    value: 'CPU ms per turn',
  },
  {
    bench: 'checkpoint',
    title: 'Commits beside bare inserts (1 is as fast)',
    names: ['case'],
    value: 'ratio',
    needs: 'bare steps/s',
  },
  { bench: 'cluster', title: 'Runs a second of worker processes', names: ['case'], value: 'runs/s' },
  { bench: 'cli', title: 'One command, ms', names: ['case'], value: 'wall ms' },
  { bench: 'tools', title: 'One call of a trivial tool, µs', names: ['way'], value: 'µs/call' },
  {
    bench: 'sandbox',
    title: 'What a sandbox adds to one command, ms',
    names: ['case', 'folders'],
    value: 'over bare ms',
  },
  { bench: 'shell', title: 'Judging a command, middle, µs', names: ['what'], value: 'p50 µs' },
  { bench: 'workspace', title: 'Keeping the files of a workspace, ms', names: ['case'], value: 'wall ms' },
  { bench: 'saver', title: 'Checkpoints a second', names: ['store'], value: 'steps/s' },
  { bench: 'graph', title: 'One step of a graph, ms', names: ['graph'], value: 'ms/node' },
  { bench: 'messaging', title: 'Messages a second', names: ['bus', 'survives'], value: 'messages/s' },
  {
    bench: 'sop',
    title: 'What a gate of a procedure adds, ms',
    names: ['files kept by', 'gates'],
    value: 'added per gate ms',
  },
  { bench: 'injection', title: 'Attacks that succeed, as a share', names: ['policy', 'suite'], value: 'asr' },
  {
    bench: 'memory',
    title: 'Recall among the first ten, as a share',
    names: ['dataset', 'category'],
    value: 'recall@10',
  },
  {
    bench: 'dashboard',
    title: 'Frames a second while scrolling',
    names: ['view', 'rows'],
    value: 'frames a second',
  },
]

const root = join(import.meta.dirname, '..')

/** Draws what `bench/results` has into `docs/images/bench-NAME.svg`, and says what it has not. */
function drawAll(): void {
  const images = join(root, 'docs', 'images')
  mkdirSync(images, { recursive: true })
  for (const chart of charts) {
    const file = join(root, 'bench', 'results', `${chart.bench}.json`)
    if (!existsSync(file)) {
      console.error(`${chart.bench}: not measured here; run pnpm bench ${chart.bench} first`)
      continue
    }
    // Written by `publishResults`.
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report
    const bars = barsOf(chart, report.rows)
    if (bars.length === 0) {
      console.error(`${chart.bench}: no row has "${chart.value}"`)
      continue
    }
    const { processor, cores, load } = report.machine
    const caption = `${report.when.slice(0, 10)}, ${cores} cores of ${processor}, load ${load}`
    writeFileSync(join(images, `bench-${chart.bench}.svg`), barChart({ title: chart.title, caption, bars }))
    console.log(`docs/images/bench-${chart.bench}.svg`)
  }
}

function barsOf({ names, value, needs = value }: Chart, rows: readonly Row[]): readonly Bar[] {
  return rows.flatMap((row) => {
    const amount = row[value]
    if (typeof amount !== 'number' || !Number.isFinite(amount) || row[needs] === undefined) return []
    const known = names.flatMap((name, index) => nameOf(name, row[name], index))
    return [{ name: known.join(', '), value: amount }]
  })
}

/** A number says of what it is one. */
function nameOf(column: string, value: string | number | undefined, index: number): readonly string[] {
  if (value === undefined) return []
  return [typeof value === 'number' && index > 0 ? `${value} ${column}` : String(value)]
}

drawAll()
