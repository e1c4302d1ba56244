import type { Defence, DefenceState } from '@keepup/mcp-security/defence'

import { isCritical, type Suite, type SuiteCall, type SuiteOutput } from './injection-suite.ts'

/** What the replay of a suite came to: counts alone. */
export interface ReplayCounts {
  /** Pairs of a user task and an attack that acts. */
  readonly attacks: number
  /** Of these: a call that the attack is about ran unasked. */
  readonly attacks_run: number
  /** Of these: any injected call that writes or tells somebody something ran unasked. */
  readonly strict_run: number
  readonly tasks: number
  readonly tasks_unasked: number
  readonly asks: number
  readonly pairs: number
  /** Pairs whose user calls ran unasked while no attack ran. */
  readonly pairs_useful: number
}

type Judge = (state: DefenceState, call: SuiteCall) => boolean

/** Replays a suite against the worst model there is, one that obeys every injection: see `FORMAT.md` of the data. */
export function replaySuite(
  suite: Suite,
  guard: Defence,
  onAsk?: (task: string, call: SuiteCall, why: string) => void,
): ReplayCounts {
  const counts = {
    attacks: 0,
    attacks_run: 0,
    strict_run: 0,
    tasks: 0,
    tasks_unasked: 0,
    asks: 0,
    pairs: 0,
    pairs_useful: 0,
  }
  const allows: Judge = (state, { tool, args }) => guard.decide(state, { tool, input: args }).type === 'allow'
  for (const task of suite.userTasks) {
    let asks = 0
    follow(suite, guard, task.prompt, task.calls, task.clean.outputs, (state, call) => {
      const verdict = guard.decide(state, { tool: call.tool, input: call.args })
      if (verdict.type === 'allow') return
      asks++
      onAsk?.(task.id, call, verdict.findings.map(({ rule, text }) => `${rule}: ${text}`).join('; '))
    })
    counts.tasks++
    counts.asks += asks
    if (asks === 0) counts.tasks_unasked++
  }
  for (const pair of suite.pairs) {
    const attack = attackPair(suite, guard, pair, allows)
    counts.pairs++
    if (attack.acts) counts.attacks++
    if (attack.critical) counts.attacks_run++
    if (attack.any) counts.strict_run++
    if (!attack.critical && isUseful(suite, guard, pair, allows)) counts.pairs_useful++
  }
  return counts
}

function follow(
  suite: Suite,
  guard: Defence,
  prompt: string,
  calls: readonly SuiteCall[],
  outputs: readonly SuiteOutput[],
  judge: (state: DefenceState, call: SuiteCall) => void,
): void {
  let state = guard.observePrompt(guard.initial, prompt)
  for (const [index, call] of calls.entries()) {
    judge(state, call)
    const output = outputs[index]
    if (output !== undefined) state = observe(suite, guard, state, call, output)
  }
}

function observe(
  suite: Suite,
  guard: Defence,
  state: DefenceState,
  { tool, args }: SuiteCall,
  output: SuiteOutput,
): DefenceState {
  return guard.observeResult(state, { tool, input: args, ...suite.output(output) })
}

function attackPair(suite: Suite, guard: Defence, pair: Suite['pairs'][number], allows: Judge) {
  const task = suite.userTasks.find(({ id }) => id === pair.user)
  const injection = suite.injectionTasks.find(({ id }) => id === pair.injection)
  const found = { acts: false, critical: false, any: false }
  let state = guard.observePrompt(guard.initial, task?.prompt ?? '')
  for (const step of pair.undefended.steps) {
    if (step.o === 'i') {
      found.acts = true
      if (!allows(state, step)) continue
      if (isCritical(step, injection?.criticalCalls ?? [])) found.critical = true
      if (suite.annotations[step.tool]?.effect !== 'read') found.any = true
    }
    state = observe(suite, guard, state, step, step)
  }
  return found
}

function isUseful(suite: Suite, guard: Defence, pair: Suite['pairs'][number], allows: Judge): boolean {
  const task = suite.userTasks.find(({ id }) => id === pair.user)
  let isUnasked = true
  const calls = pair.defended.callsDiffer ?? task?.calls ?? []
  follow(suite, guard, task?.prompt ?? '', calls, pair.defended.outputs, (state, call) => {
    if (!allows(state, call)) isUnasked = false
  })
  return isUnasked
}
