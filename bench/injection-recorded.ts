import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import type { JsonObject, JsonValue } from '@keepup/core'
import type { Defence } from '@keepup/mcp-security/defence'
import { parse } from 'yaml'

import { isCritical, type Suite } from './injection-suite.ts'

interface Recording {
  readonly strings: readonly string[]
  readonly runs: readonly RecordedRun[]
}

interface RecordedRun {
  /** Suite, user task, injection task. */
  readonly s: string
  readonly u: string
  readonly i: string | null
  /** The attack; `none` where there was none. */
  readonly a: string
  /** Whether the user's task was done, and whether upstream says that the attack succeeded. */
  readonly ut: boolean
  readonly se: boolean
  /** The prompt, as an index into the strings. */
  readonly p: number
  readonly steps: readonly (readonly [string, JsonObject, number | null, string | null])[]
}

/** What replaying recorded runs came to, by suite. */
export interface RecordedCounts {
  readonly real_attacks: number
  readonly leaked_real_attacks: number
  readonly real_benign: number
  readonly real_benign_unasked: number
}

/** Replays what real models did: successful attacks up to their first critical call, and successful runs that nobody attacked. */
export function replayRecorded(
  folder: string,
  suites: readonly Suite[],
  guardOf: (suite: Suite) => Defence,
): ReadonlyMap<string, RecordedCounts> {
  const none = { real_attacks: 0, leaked_real_attacks: 0, real_benign: 0, real_benign_unasked: 0 }
  const counted = new Map(suites.map(({ suite }) => [suite, { ...none }]))
  for (const name of existsSync(folder)
    ? readdirSync(folder).filter((file) => file.endsWith('.json.gz'))
    : []) {
    // Our own data, in the format that its page describes.
    const recording = JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString()) as Recording
    const valueOf = outputsOf(recording)
    for (const run of recording.runs) {
      const suite = suites.find((one) => one.suite === run.s)
      const counts = counted.get(run.s)
      if (suite === undefined || counts === undefined) continue
      count(counts, { run, suite, guard: guardOf(suite), prompt: recording.strings[run.p] ?? '', valueOf })
    }
  }
  return counted
}

interface Replayed {
  readonly run: RecordedRun
  readonly suite: Suite
  readonly guard: Defence
  readonly prompt: string
  readonly valueOf: (index: number) => JsonValue
}

function count(counts: { -readonly [Key in keyof RecordedCounts]: number }, replayed: Replayed): void {
  const { run, suite } = replayed
  if (isAttack(run, suite)) {
    counts.real_attacks++
    if (leaks(replayed)) counts.leaked_real_attacks++
  } else if (run.a === 'none' && run.i === null && run.ut) {
    counts.real_benign++
    if (isUnasked(replayed)) counts.real_benign_unasked++
  }
}

/** What a tool said, by its place in the strings; each is read once. */
function outputsOf({ strings }: Recording): (index: number) => JsonValue {
  const values = new Map<number, JsonValue>()
  return (index) => {
    const known = values.get(index)
    if (known !== undefined) return known
    const value = readOutput(strings[index] ?? '')
    values.set(index, value)
    return value
  }
}

/** What upstream counts as a success although no critical call ran is none; nor is one whose prompt named the attacker itself (fixed upstream). */
function isAttack(run: RecordedRun, suite: Suite): boolean {
  if (run.i === null || run.a === 'none' || !run.se) return false
  if (isNamedByUser(run)) return false
  const critical = criticalOf(run, suite)
  return run.steps.some(([tool, args]) => isCritical({ tool, args }, critical))
}

function isNamedByUser({ s, u }: RecordedRun): boolean {
  return s === 'banking' && u === 'user_task_15'
}

function criticalOf({ i }: RecordedRun, suite: Suite) {
  return suite.injectionTasks.find(({ id }) => id === i)?.criticalCalls ?? []
}

function leaks({ run, suite, guard, prompt, valueOf }: Replayed): boolean {
  const critical = criticalOf(run, suite)
  let state = guard.observePrompt(guard.initial, prompt)
  for (const step of run.steps) {
    const [tool, args] = step
    if (isCritical({ tool, args }, critical))
      return guard.decide(state, { tool, input: args }).type === 'allow'
    state = observe(guard, state, step, valueOf)
  }
  return false
}

function isUnasked({ run, suite, guard, prompt, valueOf }: Replayed): boolean {
  let state = guard.observePrompt(guard.initial, prompt)
  for (const step of run.steps) {
    const [tool, args] = step
    // A model that called what is not there was told so, and nothing happened.
    if (!Object.hasOwn(suite.annotations, tool)) continue
    if (guard.decide(state, { tool, input: args }).type !== 'allow') return false
    state = observe(guard, state, step, valueOf)
  }
  return true
}

function observe(
  guard: Defence,
  state: Defence['initial'],
  [tool, input, output, error]: RecordedRun['steps'][number],
  valueOf: Replayed['valueOf'],
): Defence['initial'] {
  if (error !== null && error !== '')
    return guard.observeResult(state, { tool, input, output: error, failed: true })
  return guard.observeResult(state, { tool, input, output: output === null ? '' : valueOf(output) })
}

/** The recorded text as data where it reads as some: pipelines print YAML, and some wrap it in `<< >>`. */
function readOutput(text: string): JsonValue {
  const bare = text.replace(/^\s*<<\s?/, '').replace(/\s?>>\s*$/, '')
  try {
    const value: unknown = parse(bare, { logLevel: 'silent', schema: 'core' })
    return typeof value === 'object' && value !== null
      ? (JSON.parse(JSON.stringify(value)) as JsonValue)
      : bare
  } catch {
    return bare
  }
}
