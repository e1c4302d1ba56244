import { endOf, type Join, type Sop, type SopPhase, type SopWork } from '../definition/sop.ts'

/** How often something failed since it last passed, and why it failed last. */
export interface Failures {
  readonly count: number
  /** How many failures for the last reason came one after the other. */
  readonly same: number
  /** What tells two reasons apart. */
  readonly fingerprint: string
}

/** One agent of a parallel phase. */
export interface BranchState {
  readonly status: 'running' | 'passed' | 'failed'
  readonly failures?: Failures
}

/** How a procedure ended. */
export type MachineEnd =
  | { readonly type: 'completed'; readonly phase: string }
  | { readonly type: 'failed'; readonly phase: string; readonly reason: FailReason }

/** Why a procedure failed. `reached`: it came to a phase that says so. */
export type FailReason = 'reached' | 'exhausted' | 'over-budget' | 'too-many-transitions'

/** Where a procedure stands: all that its rules depend on. */
export interface MachineState {
  readonly phase: string
  /** How many phases were entered, this one included: each visit has its number. */
  readonly visit: number
  /** Of phases that failed since they last passed. */
  readonly failures: Readonly<Record<string, Failures>>
  /** Of a parallel phase, by name. */
  readonly branches?: Readonly<Record<string, BranchState>>
  /** So many branches have passed that the exit gates may be looked at. */
  readonly joined?: true
  readonly end?: MachineEnd
}

/** What the runtime found out. Nothing that a model says is among it. */
export type MachineEvent =
  | { readonly type: 'passed' }
  | { readonly type: 'failed'; readonly fingerprint: string }
  /** An entry gate does not hold: working on would change nothing. */
  | { readonly type: 'refused'; readonly fingerprint: string }
  | { readonly type: 'needs-input' }
  | { readonly type: 'over-budget' }
  /** Files of branches could not be merged. */
  | { readonly type: 'conflicted'; readonly fingerprint: string }
  | { readonly type: 'branch-passed'; readonly branch: string }
  | { readonly type: 'branch-failed'; readonly branch: string; readonly fingerprint: string }

/** Where a procedure begins. */
export function startMachine(sop: Sop): MachineState {
  return enter(sop, { phase: sop.initial, visit: 0, failures: {} }, sop.initial)
}

/** Where an event leads. Pure; an event that has no meaning where the machine stands leaves it as it is. */
export function stepMachine(sop: Sop, state: MachineState, event: MachineEvent): MachineState {
  const phase = sop.phases[state.phase]
  if (state.end !== undefined || phase?.on === undefined) return state
  const waits = state.branches !== undefined && state.joined !== true
  const isBranch = event.type === 'branch-passed' || event.type === 'branch-failed'
  const isVerdict = event.type === 'passed' || event.type === 'failed' || event.type === 'conflicted'
  // Branches say nothing once the phase is joined, and nobody else does before.
  if ((isBranch && !waits) || (isVerdict && waits)) return state
  return follow(sop, phase, state, event)
}

function follow(sop: Sop, phase: SopPhase, state: MachineState, event: MachineEvent): MachineState {
  const on = phase.on ?? { pass: state.phase }
  switch (event.type) {
    case 'branch-passed':
    case 'branch-failed':
      return stepBranch(sop, phase, state, event)
    case 'passed':
      return pass(sop, on.pass, state)
    case 'failed':
    case 'refused':
    case 'conflicted':
      return stepBack(sop, phase, state, event)
    case 'needs-input':
      return enterNamed(sop, state, on.needsInput) ?? state
    case 'over-budget':
      return leaveExhausted(sop, phase, state, 'over-budget')
  }
}

function pass(sop: Sop, to: string, state: MachineState): MachineState {
  const { [state.phase]: _, ...failures } = state.failures
  return enter(sop, { ...state, failures }, to)
}

function fail(sop: Sop, phase: SopPhase, state: MachineState, fingerprint: string): MachineState {
  const failures = countFailure(state.failures[state.phase], fingerprint)
  const next = { ...state, failures: { ...state.failures, [state.phase]: failures } }
  if (isExhausted(phase, failures)) return leaveExhausted(sop, phase, next, 'exhausted')
  return enter(sop, next, phase.on?.fail?.goto ?? state.phase)
}

function stepBack(
  sop: Sop,
  phase: SopPhase,
  state: MachineState,
  { type, fingerprint }: Extract<MachineEvent, { type: 'failed' | 'refused' | 'conflicted' }>,
): MachineState {
  if (type === 'refused') return refuse(sop, phase, state, fingerprint)
  const settling = type === 'conflicted' ? enterNamed(sop, state, phase.on?.conflict) : undefined
  return settling ?? fail(sop, phase, state, fingerprint)
}

function enterNamed(sop: Sop, state: MachineState, name: string | undefined): MachineState | undefined {
  return name === undefined ? undefined : enter(sop, state, name)
}

/** A phase that may not be entered is not tried again at once: nothing would have changed. */
function refuse(sop: Sop, phase: SopPhase, state: MachineState, fingerprint: string): MachineState {
  const to = phase.on?.fail?.goto ?? state.phase
  if (to !== state.phase) return fail(sop, phase, state, fingerprint)
  const failures = countFailure(state.failures[state.phase], fingerprint)
  const next = { ...state, failures: { ...state.failures, [state.phase]: failures } }
  return leaveExhausted(sop, phase, next, 'exhausted')
}

function leaveExhausted(sop: Sop, phase: SopPhase, state: MachineState, reason: FailReason): MachineState {
  const to = phase.on?.exhausted
  // It counts anew where it is entered again.
  const { [state.phase]: _, ...failures } = state.failures
  return to === undefined
    ? { ...state, end: { type: 'failed', phase: state.phase, reason } }
    : enter(sop, { ...state, failures }, to)
}

function stepBranch(
  sop: Sop,
  phase: SopPhase,
  state: MachineState,
  event: Extract<MachineEvent, { branch: string }>,
): MachineState {
  const branch = state.branches?.[event.branch]
  const work = phase.parallel?.[event.branch]
  if (branch?.status !== 'running' || work === undefined) return state
  const branches = { ...state.branches, [event.branch]: nextBranch(work, branch, event) }
  const all = Object.values(branches)
  const wanted = wantedBranches(phase.join, all.length)
  const passed = all.filter(({ status }) => status === 'passed').length
  const lost = all.filter(({ status }) => status === 'failed').length
  if (passed >= wanted) return { ...state, branches, joined: true }
  if (all.length - lost < wanted) return fail(sop, phase, { ...state, branches }, 'branches')
  return { ...state, branches }
}

function nextBranch(
  work: SopWork,
  branch: BranchState,
  event: Extract<MachineEvent, { branch: string }>,
): BranchState {
  if (event.type === 'branch-passed') return { status: 'passed' }
  const failures = countFailure(branch.failures, event.fingerprint)
  return { status: isExhausted(work, failures) ? 'failed' : 'running', failures }
}

function wantedBranches(join: Join | undefined, count: number): number {
  if (typeof join === 'object') return join.quorum
  return join === 'any' ? 1 : count
}

function countFailure(before: Failures | undefined, fingerprint: string): Failures {
  const same = before?.fingerprint === fingerprint ? before.same + 1 : 1
  return { count: (before?.count ?? 0) + 1, same, fingerprint }
}

function isExhausted({ retries }: SopWork, { count, same }: Failures): boolean {
  return count > (retries?.max ?? 3) || same >= (retries?.sameErrorMax ?? 3)
}

function enter(sop: Sop, state: MachineState, name: string): MachineState {
  const { branches: _, joined: __, ...rest } = state
  const phase = sop.phases[name]
  const next = { ...rest, phase: name, visit: state.visit + 1 }
  const end = phase === undefined ? undefined : endOf(phase)
  if (end === 'completed') return { ...next, end: { type: 'completed', phase: name } }
  if (end === 'failed') return { ...next, end: { type: 'failed', phase: name, reason: 'reached' } }
  if (next.visit > (sop.maxTransitions ?? 200))
    return { ...next, end: { type: 'failed', phase: name, reason: 'too-many-transitions' } }
  const parallel = Object.keys(phase?.parallel ?? {})
  if (parallel.length === 0) return next
  return {
    ...next,
    branches: Object.fromEntries(parallel.map((branch) => [branch, { status: 'running' as const }])),
  }
}
