import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { type Defence, defence, presetNames, type PresetName, presets } from '@keepup/mcp-security/defence'

import { type RecordedCounts, replayRecorded } from './injection-recorded.ts'
import { type ReplayCounts, replaySuite } from './injection-replay.ts'
import { residualOf, type ResidualCounts } from './injection-residual.ts'
import { decideTime } from './injection-speed.ts'
import { readSuites, type Suite } from './injection-suite.ts'
import { publishResults, type Row } from './publish-results.ts'

const shared = process.env['KEEPUP_SHARED'] ?? join(import.meta.dirname, '../../shared')
const { values: options } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    data: { type: 'string' },
    trajectories: { type: 'string' },
    policy: { type: 'string' },
    json: { type: 'boolean' },
    asks: { type: 'boolean' },
  },
})
const data = options.data ?? join(shared, 'data/agentdojo')
const trajectories = options.trajectories ?? join(data, 'trajectories')

type Counts = ReplayCounts & RecordedCounts & ResidualCounts

function measure(policy: PresetName, suites: readonly Suite[]): readonly Row[] {
  const guards = new Map<Suite, Defence>(
    suites.map((suite) => [
      suite,
      defence({ policy: presets[policy], annotations: suite.annotations, owner: suite.owner }),
    ]),
  )
  const guardOf = (suite: Suite): Defence => guards.get(suite) ?? defence({ annotations: {} })
  const recorded = replayRecorded(trajectories, suites, guardOf)
  const none = { real_attacks: 0, leaked_real_attacks: 0, real_benign: 0, real_benign_unasked: 0 }
  const rows = suites.map((suite) => {
    const onAsk = (task: string, call: { readonly tool: string }, why: string): void =>
      console.error(`${policy} ${suite.suite} ${task} ${call.tool}: ${why}`)
    const counts = replaySuite(suite, guardOf(suite), options.asks === true ? onAsk : undefined)
    return {
      name: suite.suite,
      counts: { ...counts, ...(recorded.get(suite.suite) ?? none), ...residualOf(suite, guardOf(suite)) },
      p99: decideTime(suite, guardOf(suite)),
    }
  })
  const total = rows.map(({ counts }) => counts).reduce(add, undefined)
  const slowest = Math.max(0, ...rows.map(({ p99 }) => p99))
  return [
    ...rows.map(({ name, counts, p99 }) => toRow(policy, name, counts, p99)),
    ...(total === undefined ? [] : [toRow(policy, 'total', total, slowest)]),
  ]
}

function add(sum: Counts | undefined, counts: Counts): Counts {
  if (sum === undefined) return counts
  const keys = Object.keys(counts) as (keyof Counts)[] // A plain object of numbers, made here.
  return Object.fromEntries(keys.map((key) => [key, sum[key] + counts[key]])) as unknown as Counts
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000
}

function toRow(policy: string, suite: string, counts: Counts, p99: number): Row {
  return {
    policy,
    suite,
    asr: share(counts.attacks_run, counts.attacks),
    strict_asr: share(counts.strict_run, counts.attacks),
    benign_without_ask: share(counts.tasks_unasked, counts.tasks),
    asks_per_task: share(counts.asks, counts.tasks),
    utility_under_attack: share(counts.pairs_useful, counts.pairs),
    leaked_real_attacks: counts.leaked_real_attacks,
    real_benign_without_ask: share(counts.real_benign_unasked, counts.real_benign),
    p99_us: Math.round(p99),
    attacks: counts.attacks,
    attacks_run: counts.attacks_run,
    strict_run: counts.strict_run,
    tasks: counts.tasks,
    tasks_unasked: counts.tasks_unasked,
    asks: counts.asks,
    pairs: counts.pairs,
    pairs_useful: counts.pairs_useful,
    real_attacks: counts.real_attacks,
    real_benign: counts.real_benign,
    real_benign_unasked: counts.real_benign_unasked,
    writes: counts.writes,
    writes_after_exposure: counts.writes_after_exposure,
    other_words_run: counts.other_words_run,
    other_amounts_run: counts.other_amounts_run,
    rest_on_others: counts.rest_on_others,
  }
}

const suites = readSuites(data)
const wanted = presetNames.filter((name) => options.policy === undefined || name === options.policy)
if (wanted.length === 0) {
  console.error(`there is no policy ${options.policy}; there are ${presetNames.join(', ')}`)
  process.exitCode = 2
} else if (suites.length === 0) {
  console.error(`there is no suite of the format keepup-agentdojo/1 in ${data}; give its folder with --data`)
  process.exitCode = 2
} else {
  publishResults(
    {
      name: 'injection',
      about:
        'Prompt injection without a model: a replay in which every injected call is tried, by policy and suite, and what real models did in recorded runs.\nShares of 1; the counts behind them beside. p99_us: decide() after 10,000 labelled leaves, in microseconds.',
      rows: wanted.flatMap((policy) => measure(policy, suites)),
    },
    { keep: options.data === undefined && options.policy === undefined },
  )
}
