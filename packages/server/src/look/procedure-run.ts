import type { Entry, Sequence } from '@keepup/core'

import { fieldsOf, itemsOf, textOf } from './fields-of.ts'

/** @limit How many of the last moves between phases are told. */
const mostMoves = 500

/** A gate, as far as it can be named. */
export interface ToldGate {
  readonly id: string
  readonly kind: string
}

/** A phase of a procedure. */
export interface ToldPhase {
  readonly name: string
  /** `completed` or `failed` where the procedure ends here. */
  readonly end?: string | undefined
  readonly entry: readonly ToldGate[]
  readonly edit: readonly ToldGate[]
  readonly exit: readonly ToldGate[]
  readonly branches: readonly string[]
  /** Where each event leads. */
  readonly ways: readonly { readonly event: string; readonly to: string }[]
}

/** The latest result of a gate. */
export interface ToldEvidence {
  readonly gate: string
  readonly kind: string
  readonly moment: string
  readonly outcome: string
  readonly reason: string
  readonly entry: Sequence
  readonly time: number
  /** In milliseconds. */
  readonly took: number
  /** The end of what a command wrote. */
  readonly tail?: string | undefined
}

/** A procedure as its thread tells it: its phases, where it stands, and what its gates came to. */
export interface ProcedureRun {
  readonly procedure: string
  readonly description: string
  readonly task: string
  /** `running`, `waiting`, `halted`, or how it ended. */
  readonly status: string
  readonly phase: string
  readonly phases: readonly ToldPhase[]
  readonly invariants: readonly ToldGate[]
  readonly evidence: readonly ToldEvidence[]
  readonly moves: readonly {
    readonly from: string
    readonly to: string
    readonly event: string
    readonly entry: Sequence
    readonly time: number
  }[]
  /** The threads of the agents that worked in it, by the entry that says so. */
  readonly work: readonly { readonly branch: string; readonly thread: string; readonly entry: Sequence }[]
}

type Change = Pick<ProcedureRun, 'evidence' | 'moves' | 'phase' | 'status' | 'work'>

/** Reads the effective history of a procedure's thread; `undefined` where it is none. The whole procedure stands in it, as it was when it began. */
export function procedureRun(entries: Iterable<Entry>): ProcedureRun | undefined {
  let run: ProcedureRun | undefined
  for (const entry of entries) {
    if (entry.erased === true) continue
    if (entry.type === 'sop-started') run = begun(fieldsOf(entry.data))
    else if (run !== undefined) run = { ...run, ...changed(run, entry) }
  }
  return run
}

function begun({ sop, task }: Readonly<Record<string, unknown>>): ProcedureRun {
  const { id, description, initial, phases, invariants } = fieldsOf(sop)
  return {
    procedure: textOf(id),
    description: textOf(description),
    task: textOf(task),
    status: 'running',
    phase: textOf(initial),
    phases: Object.entries(fieldsOf(phases)).map(([name, phase]) => toldPhase(name, fieldsOf(phase))),
    invariants: gatesOf(invariants),
    evidence: [],
    moves: [],
    work: [],
  }
}

function toldPhase(name: string, phase: Readonly<Record<string, unknown>>): ToldPhase {
  const { final, on, entry, exit, onEdit, parallel } = phase
  const { pass, fail, exhausted, needsInput } = fieldsOf(on)
  const ways = {
    pass,
    fail: on === undefined ? undefined : (fieldsOf(fail)['goto'] ?? name),
    exhausted,
    needsInput,
  }
  return {
    name,
    ...(final === undefined || final === false ? {} : { end: final === 'failed' ? 'failed' : 'completed' }),
    entry: gatesOf(entry),
    edit: gatesOf(fieldsOf(onEdit)['gates']),
    exit: gatesOf(exit),
    branches: Object.keys(fieldsOf(parallel)),
    ways: Object.entries(ways).flatMap(([event, to]) =>
      typeof to === 'string' ? [{ event: event === 'needsInput' ? 'needs input' : event, to }] : [],
    ),
  }
}

/** Gates, those that are joined each by itself. */
function gatesOf(gates: unknown): readonly ToldGate[] {
  return itemsOf(gates).flatMap((gate) => {
    const { id, kind, of } = fieldsOf(gate)
    return Array.isArray(of) ? gatesOf(of) : [{ id: textOf(id), kind: textOf(kind) }]
  })
}

function changed(run: ProcedureRun, { type, data, sequence: entry, time }: Entry): Partial<Change> {
  const told = fieldsOf(data)
  switch (type) {
    case 'phase-entered':
      return { status: 'running', phase: textOf(told['phase']) }
    case 'gate-finished':
      return { evidence: withEvidence(run.evidence, fieldsOf(told['evidence']), { entry, time }) }
    case 'work-began': {
      const work = { branch: textOf(told['branch']), thread: textOf(told['thread']), entry }
      return { status: 'running', work: [...run.work, work].slice(-mostMoves) }
    }
    case 'transition-taken': {
      const [from, to] = [textOf(told['from']), textOf(told['to'])]
      const move = { from, to, event: textOf(fieldsOf(told['event'])['type']), entry, time }
      return { phase: to, moves: [...run.moves, move].slice(-mostMoves) }
    }
    case 'approval-answered':
    case 'sop-resumed':
      return { status: 'running' }
    case 'sop-waiting':
      return { status: 'waiting' }
    case 'sop-halted':
      return { status: 'halted' }
    case 'sop-finished':
      return { status: textOf(fieldsOf(told['end'])['type']) || 'finished' }
    default:
      return {}
  }
}

function withEvidence(
  known: ProcedureRun['evidence'],
  { gate, kind, moment, outcome, reason, took, command }: Readonly<Record<string, unknown>>,
  at: { readonly entry: Sequence; readonly time: number },
): ProcedureRun['evidence'] {
  const { tail } = fieldsOf(command)
  const found: ToldEvidence = {
    gate: textOf(gate),
    kind: textOf(kind),
    moment: textOf(moment),
    outcome: textOf(outcome),
    reason: textOf(reason),
    took: typeof took === 'number' ? took : 0,
    ...at,
    ...(typeof tail === 'string' && tail !== '' ? { tail } : {}),
  }
  return [...known.filter((other) => other.gate !== found.gate), found]
}
