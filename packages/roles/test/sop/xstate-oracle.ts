import { assign, createMachine, type AnyStateMachine } from 'xstate'

import type { Failures, MachineEvent, Sop, SopPhase, SopWork } from '../../src/sop/index.ts'

/** What the oracle remembers besides the state that it is in. */
interface Memory {
  readonly visit: number
  readonly failures: Readonly<Record<string, Failures>>
  /** Of branches, by name. */
  readonly branches: Readonly<Record<string, Failures>>
  readonly passed: number
  readonly lost: number
}

type Args = { readonly context: Memory; readonly event: MachineEvent }

/** The failures of something, with one more for a reason. */
function counted(before: Failures | undefined, fingerprint: string): Failures {
  return {
    count: (before?.count ?? 0) + 1,
    same: before?.fingerprint === fingerprint ? before.same + 1 : 1,
    fingerprint,
  }
}

function isTooMuch({ retries }: SopWork, { count, same }: Failures): boolean {
  return count > (retries?.max ?? 3) || same >= (retries?.sameErrorMax ?? 3)
}

function fingerprintOf(event: MachineEvent): string {
  return 'fingerprint' in event && !('branch' in event) ? event.fingerprint : 'branches'
}

/** Compiles a procedure to a statechart of xstate: parallel phases are parallel states with a region for each branch. Written apart from the reducer that it checks. */
export function oracleOf(sop: Sop): AnyStateMachine {
  const states = Object.fromEntries(
    Object.entries(sop.phases).map(([name, phase]) => [name, phaseState(sop, name, phase)]),
  )
  return createMachine({
    context: { visit: 0, failures: {}, branches: {}, passed: 0, lost: 0 } satisfies Memory,
    initial: sop.initial,
    states: { ...states, 'over!': { type: 'final' } },
  } as never) // built from data, which the types of xstate cannot follow
}

function phaseState(sop: Sop, name: string, phase: SopPhase): object {
  const entered = assign({
    visit: ({ context }: Args) => context.visit + 1,
    branches: {},
    passed: 0,
    lost: 0,
  })
  if (phase.on === undefined) return { entry: entered, type: 'final' }
  const forget = assign({
    failures: ({ context: { failures } }: Args) =>
      Object.fromEntries(Object.entries(failures).filter(([key]) => key !== name)),
  })
  const count = assign({
    failures: ({ context: { failures }, event }: Args) => ({
      ...failures,
      [name]: counted(failures[name], fingerprintOf(event)),
    }),
  })
  const spent = ({ context, event }: Args): boolean =>
    isTooMuch(phase, counted(context.failures[name], fingerprintOf(event)))
  const to = (target: string) => ({ target: `#(machine).${target}`, reenter: true })
  const { pass, fail, exhausted, needsInput, conflict } = phase.on
  const back = fail?.goto ?? name
  // Where nothing leads on, it is over; what was counted stays.
  const lost =
    exhausted === undefined ? { ...to('over!'), actions: [count] } : { ...to(exhausted), actions: [forget] }
  const failed = [
    { guard: spent, ...lost },
    { ...to(back), actions: [count] },
  ]
  const verdicts = {
    passed: { ...to(pass), actions: [forget] },
    failed,
    conflicted: conflict === undefined ? failed : to(conflict),
  }
  const always = { guard: ({ context }: Args) => context.visit > (sop.maxTransitions ?? 200), ...to('over!') }
  const common = {
    'needs-input': needsInput === undefined ? undefined : to(needsInput),
    'over-budget': exhausted === undefined ? to('over!') : { ...to(exhausted), actions: [forget] },
    refused: back === name ? lost : failed,
  }
  if (phase.parallel === undefined) return { entry: entered, always, on: { ...common, ...verdicts } }
  return parallelState(phase, { entered, always, common, verdicts, failed })
}

function parallelState(
  phase: SopPhase,
  {
    entered,
    always,
    common,
    verdicts,
    failed,
  }: Readonly<Record<'always' | 'common' | 'entered' | 'failed' | 'verdicts', object>>,
): object {
  const branches = Object.entries(phase.parallel ?? {})
  const need = typeof phase.join === 'object' ? phase.join.quorum : phase.join === 'any' ? 1 : branches.length
  const isLost = ({ context }: Args): boolean => context.lost > branches.length - need
  return {
    entry: entered,
    on: common,
    initial: 'working',
    always,
    states: {
      working: {
        type: 'parallel',
        states: Object.fromEntries(branches.map(([name, work]) => [name, regionState(name, work)])),
        always: [
          { guard: ({ context }: Args) => context.passed >= need, target: 'joined' },
          ...(failed as readonly { readonly guard?: (args: Args) => boolean }[]).map(
            ({ guard, ...rest }) => ({
              ...rest,
              guard: (args: Args) => isLost(args) && (guard?.(args) ?? true),
            }),
          ),
        ],
      },
      joined: { on: verdicts },
    },
  }
}

function regionState(name: string, work: SopWork): object {
  const isOwn = ({ event }: Args): boolean => 'branch' in event && event.branch === name
  const next = ({ context, event }: Args): Failures =>
    counted(context.branches[name], 'fingerprint' in event ? event.fingerprint : '')
  const count = assign({ branches: (args: Args) => ({ ...args.context.branches, [name]: next(args) }) })
  return {
    initial: 'running',
    states: {
      running: {
        on: {
          'branch-passed': {
            guard: isOwn,
            target: 'passed',
            actions: [assign({ passed: ({ context }: Args) => context.passed + 1 })],
          },
          'branch-failed': [
            {
              guard: (args: Args) => isOwn(args) && isTooMuch(work, next(args)),
              target: 'failed',
              actions: [count, assign({ lost: ({ context }: Args) => context.lost + 1 })],
            },
            { guard: isOwn, actions: [count] },
          ],
        },
      },
      passed: {},
      failed: {},
    },
  }
}
