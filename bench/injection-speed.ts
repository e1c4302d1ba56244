import type { JsonValue } from '@keepup/core'
import type { Defence } from '@keepup/mcp-security/defence'

import type { Suite, SuiteCall } from './injection-suite.ts'

const leaves = 10_000
const fewest = 2000
const passes = 5

/**
 * The 99th percentile of `decide` in µs, warm, over the calls of a suite that change something, after 10,000 leaves of its own outputs were read: the best of five passes, as
 * whatever else the machine does only adds to it.
 */
export function decideTime(suite: Suite, guard: Defence): number {
  const state = fill(suite, guard)
  const calls = changingCalls(suite)
  if (calls.length === 0) return 0
  return Math.min(
    ...Array.from({ length: passes }, () =>
      onePass(calls, (call) => guard.decide(state, { tool: call.tool, input: call.args })),
    ),
  )
}

function onePass(calls: readonly SuiteCall[], decide: (call: SuiteCall) => unknown): number {
  const times: number[] = []
  for (let round = 0; round < Math.ceil(fewest / calls.length); round++)
    for (const call of calls) {
      const started = process.hrtime.bigint()
      decide(call)
      times.push(Number(process.hrtime.bigint() - started) / 1000)
    }
  times.sort((a, b) => a - b)
  return times[Math.floor(times.length * 0.99)] ?? 0
}

function fill(suite: Suite, guard: Defence): Defence['initial'] {
  let state = guard.observePrompt(guard.initial, suite.userTasks[0]?.prompt ?? '')
  const read = suite.userTasks.flatMap(({ calls, clean }) =>
    calls.flatMap((call, index) => {
      const output = clean.outputs[index]
      return output === undefined ? [] : [{ call, ...suite.output(output) }]
    }),
  )
  for (let round = 0; round < leaves && state.leaves.length < leaves; round++)
    for (const { call, output, failed } of read) {
      if (state.leaves.length >= leaves) break
      state = guard.observeResult(state, {
        tool: call.tool,
        input: call.args,
        output: vary(output, round),
        failed,
      })
    }
  return state
}

/** The same again with other words, so that nothing is known already. */
function vary(value: JsonValue, round: number): JsonValue {
  if (typeof value === 'string') return round === 0 ? value : `${value} ${round}`
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((member: JsonValue) => vary(member, round))
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, vary(member, round)]))
}

function changingCalls(suite: Suite): readonly SuiteCall[] {
  const changes = ({ tool }: SuiteCall): boolean => suite.annotations[tool]?.effect !== 'read'
  const injected = suite.pairs
    .slice(0, 200)
    .flatMap(({ undefended }) => undefended.steps.filter(({ o }) => o === 'i'))
  return [...suite.userTasks.flatMap(({ calls }) => calls), ...injected].filter(changes).slice(0, 500)
}
