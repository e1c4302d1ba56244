import type { JsonValue } from '@keepup/core'
import type { Defence } from '@keepup/mcp-security/defence'

import type { Suite, SuiteCall } from './injection-suite.ts'
import { median } from './median.ts'

const leaves = 10_000
const rounds = 9

/**
 * The 99th percentile of `decide` in µs, warm, over the calls of a suite that change something, after 10,000 leaves of its own outputs were read. Of nine times of each call its
 * median counts, as what else the machine does only adds to it.
 */
export function decideTime(suite: Suite, guard: Defence): number {
  const state = fill(suite, guard)
  const calls = changingCalls(suite)
  const times = calls.map(({ tool, args }) => {
    guard.decide(state, { tool, input: args })
    return median(
      Array.from({ length: rounds }, () => timeOf(() => guard.decide(state, { tool, input: args }))),
    )
  })
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0
}

function timeOf(act: () => unknown): number {
  const started = process.hrtime.bigint()
  act()
  return Number(process.hrtime.bigint() - started) / 1000
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
