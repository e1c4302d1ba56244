import { type Gate, type SimpleGate, simpleGates } from './gate.ts'
import { matchesPattern } from './match-pattern.ts'
import type { PlacelessProblem } from './problem.ts'
import { endOf, type Sop, type SopPhase, type SopWork } from './sop.ts'
import { targetsOf } from './targets-of.ts'

/** What is known besides the procedure. */
export interface SopSurroundings {
  /** The tools that there are; names are not checked when left out. */
  readonly tools?: readonly string[] | undefined
  readonly roles?: readonly string[] | undefined
}

type Path = readonly PropertyKey[]

/** Everything that is wrong with a procedure of the right shape: missing targets, phases that are never reached or never left, unknown names. */
export function checkSop(sop: Sop, surroundings: SopSurroundings = {}): readonly PlacelessProblem[] {
  const names = Object.keys(sop.phases)
  const missing = names.includes(sop.initial)
    ? []
    : [
        error(
          ['initial'],
          `names the phase ${sop.initial}, which is not there`,
          `name one of ${names.join(', ')}`,
        ),
      ]
  return [
    ...missing,
    ...Object.entries(sop.phases).flatMap(([name, phase]) => phaseProblems(sop, name, phase, surroundings)),
    ...gateProblems(sop, sop.invariants ?? [], ['invariants']),
    ...(missing.length > 0 ? [] : flowProblems(sop)),
  ]
}

function phaseProblems(
  sop: Sop,
  name: string,
  phase: SopPhase,
  surroundings: SopSurroundings,
): readonly PlacelessProblem[] {
  const path = ['phases', name]
  if (endOf(phase) !== undefined) return finalProblems(phase, path)
  if (phase.on === undefined) {
    return [
      error(path, 'can never be left: it has no `on`', 'give it `on: { pass: PHASE }`, or `final: true`'),
    ]
  }
  const known = Object.keys(sop.phases)
  const targets = targetsOf(phase).filter(({ to }) => !known.includes(to))
  return [
    ...targets.map(({ to, path: at }) =>
      error([...path, ...at], `names the phase ${to}, which is not there`, `name one of ${known.join(', ')}`),
    ),
    ...gateProblems(sop, phase.entry ?? [], [...path, 'entry']),
    ...gateProblems(sop, phase.onEdit?.gates ?? [], [...path, 'onEdit', 'gates']),
    ...editGateProblems(phase.onEdit?.gates ?? [], [...path, 'onEdit', 'gates']),
    ...workProblems(sop, phase, path, surroundings),
    ...parallelProblems(sop, phase, path, surroundings),
    ...doubleIds(phase, path),
  ]
}

function finalProblems(phase: SopPhase, path: Path): readonly PlacelessProblem[] {
  const idle = Object.keys(phase).filter((key) => key !== 'final' && key !== 'prompt')
  if (idle.length === 0) return []
  return [error(path, `ends the procedure, so ${idle.join(', ')} would never be looked at`, 'leave them out')]
}

function workProblems(
  sop: Sop,
  work: SopWork,
  path: Path,
  { tools, roles }: SopSurroundings,
): readonly PlacelessProblem[] {
  const named = [
    ...(work.tools?.allow ?? []).map((name, index) => ({ name, at: ['tools', 'allow', index] })),
    ...(work.tools?.deny ?? []).map((name, index) => ({ name, at: ['tools', 'deny', index] })),
  ]
  const unknown =
    tools === undefined ? [] : named.filter(({ name }) => !tools.some((tool) => matchesPattern(name, tool)))
  const role = work.role !== undefined && roles !== undefined && !roles.includes(work.role) ? [work.role] : []
  return [
    ...unknown.map(({ name, at }) =>
      error(
        [...path, ...at],
        `names the tool ${name}, which is not there`,
        `name some of ${(tools ?? []).join(', ')}`,
      ),
    ),
    ...role.map((name) =>
      error(
        [...path, 'role'],
        `names the role ${name}, which is not there`,
        `name one of ${(roles ?? []).join(', ')}`,
      ),
    ),
    ...gateProblems(sop, work.exit ?? [], [...path, 'exit']),
  ]
}

function parallelProblems(
  sop: Sop,
  phase: SopPhase,
  path: Path,
  surroundings: SopSurroundings,
): readonly PlacelessProblem[] {
  const { parallel, join = 'all' } = phase
  const treeless = treelessProblems(phase, path)
  if (parallel === undefined) return treeless
  const count = Object.keys(parallel).length
  const quorum = typeof join === 'object' ? join.quorum : 1
  const idle = phase.onEdit === undefined ? [] : ['onEdit']
  return [
    ...treeless,
    ...(count === 0 ? [error([...path, 'parallel'], 'has no branch', 'name at least one')] : []),
    ...(quorum > count && count > 0
      ? [error([...path, 'join'], `wants ${quorum} of ${count} branches`, `write at most ${count}`)]
      : []),
    ...idle.map((key) =>
      error([...path, key], 'has no effect beside `parallel`', 'leave it out: it is not heeded for branches'),
    ),
    ...Object.entries(parallel).flatMap(([name, work]) =>
      workProblems(sop, work, [...path, 'parallel', name], surroundings),
    ),
  ]
}

/** What is said of trees where there are none. */
function treelessProblems(
  { parallel, isolation = 'none', on }: SopPhase,
  path: Path,
): readonly PlacelessProblem[] {
  if (parallel !== undefined && isolation === 'worktree') return []
  const isolated = isolation === 'worktree' ? [['isolation']] : []
  const routed = on?.conflict === undefined ? [] : [['on', 'conflict']]
  return [...isolated, ...routed].map((at) =>
    error(
      [...path, ...at],
      'has no effect: only branches with `isolation: worktree` have trees that are merged',
      'give the phase `parallel` and `isolation: worktree`, or leave it out',
    ),
  )
}

function gateProblems(sop: Sop, gates: readonly Gate[], path: Path): readonly PlacelessProblem[] {
  return gates.flatMap((gate, index) => {
    const at = [...path, index]
    return 'of' in gate ? gateProblems(sop, gate.of, [...at, 'of']) : simpleProblems(sop, gate, at)
  })
}

function simpleProblems(sop: Sop, gate: SimpleGate, path: Path): readonly PlacelessProblem[] {
  if (gate.kind === 'command') {
    const { run, baseline, parser } = gate
    const known = Object.keys(sop.commands ?? {})
    return [
      ...(typeof run === 'string' && !known.includes(run)
        ? [
            error(
              [...path, 'run'],
              `names the command ${run}, which is not among \`commands\``,
              'add it there, or write a list of words',
            ),
          ]
        : []),
      ...(baseline !== undefined && parser === undefined
        ? [
            error(
              [...path, 'baseline'],
              'needs findings to compare',
              'say how the output is read with `parser`',
            ),
          ]
        : []),
    ]
  }
  if (gate.kind === 'files') {
    const { mustExist, mustNotChange, onlyChange, mustChange } = gate
    return [mustExist, mustNotChange, onlyChange, mustChange].some((each) => each !== undefined)
      ? []
      : [error(path, 'demands nothing', 'give it mustExist, mustChange, mustNotChange or onlyChange')]
  }
  if (gate.kind !== 'evidence') return []
  return (gate.toolCalled === undefined) === (gate.gate === undefined)
    ? [error(path, 'names no tool and no gate, or both', 'give it `toolCalled` or `gate`')]
    : evidencePlace(sop, gate.gate, path)
}

function evidencePlace(sop: Sop, named: string | undefined, path: Path): readonly PlacelessProblem[] {
  if (named === undefined) return []
  const [phase = '', id = ''] = named.split('/')
  const gates = sop.phases[phase]?.exit ?? []
  if (simpleGates(gates).some((gate) => gate.id === id)) return []
  return [
    error([...path, 'gate'], `names ${named}, which is no gate on the exit of a phase`, 'write PHASE/GATE'),
  ]
}

function editGateProblems(gates: readonly Gate[], path: Path): readonly PlacelessProblem[] {
  const slow = simpleGates(gates).filter(
    ({ kind }) => kind === 'human' || kind === 'judge' || kind === 'evidence',
  )
  return slow.map(({ id, kind }) =>
    error(path, `the gate ${id} is of kind ${kind}, and an edit cannot wait for that`, 'move it to `exit`'),
  )
}

function doubleIds(phase: SopPhase, path: Path): readonly PlacelessProblem[] {
  const ids = simpleGates([
    ...(phase.entry ?? []),
    ...(phase.exit ?? []),
    ...(phase.onEdit?.gates ?? []),
  ]).map(({ id }) => id)
  const double = new Set(ids.filter((id, index) => ids.indexOf(id) !== index))
  return [...double].map((id) => error(path, `has two gates with the id ${id}`, 'give each an id of its own'))
}

/** Phases that nothing leads to, and phases from which no end can be reached. */
function flowProblems(sop: Sop): readonly PlacelessProblem[] {
  const edges = new Map(Object.entries(sop.phases).map(([name, phase]) => [name, leadsTo(phase)]))
  const reached = closure([sop.initial], (name) => edges.get(name) ?? [])
  const ends = Object.entries(sop.phases).flatMap(([name, phase]) =>
    endOf(phase) === undefined ? [] : [name],
  )
  const ending = closure(ends, (name) =>
    [...edges].flatMap(([from, to]) => (to.includes(name) ? [from] : [])),
  )
  return Object.keys(sop.phases).flatMap((name) => {
    const path = ['phases', name]
    if (!reached.has(name))
      return [error(path, 'is never reached', 'lead to it from another phase, or leave it out')]
    if (ending.has(name) || sop.phases[name]?.on === undefined) return []
    return [error(path, 'leads to no end', 'let a phase after it lead to one with `final: true`')]
  })
}

function leadsTo(phase: SopPhase): readonly string[] {
  return targetsOf(phase).flatMap(({ to, path }) => (path.includes('rollback') ? [] : [to]))
}

function closure(from: readonly string[], next: (name: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set(from)
  for (const name of found) for (const other of next(name)) found.add(other)
  return found
}

function error(path: Path, problem: string, fix: string): PlacelessProblem {
  return { path, severity: 'error', problem, fix }
}
