import type { Function as FunctionNode } from 'unbash'

/** What a shell knows at a point of a command. Never changed: each step makes a new one. */
export interface ShellState {
  /** Where it may be, absolute; more than one after a `cd` that may have failed; none where that cannot be known. */
  readonly folders: readonly string[]
  /** What was assigned so far; `undefined` where the value cannot be known. */
  readonly variables: ReadonlyMap<string, string | undefined>
  readonly functions: ReadonlyMap<string, readonly FunctionNode['body'][]>
  /** Functions and evaluated texts that are being read, so that one that calls itself ends. */
  readonly depth: number
  /** Bodies of functions that are being run, outermost first. */
  readonly calling: readonly FunctionNode['body'][]
  /** What runs what is read here, outermost first. */
  readonly wrappers: readonly string[]
}

/** How a shell may go on. */
export interface NextStates {
  readonly success: ShellState
  readonly failure: ShellState
}

/** The same state, however the command ended. */
export function unchanged(state: ShellState): NextStates {
  return { success: state, failure: state }
}

/** One state that stands for two: what differs is not known. */
export function merge(one: ShellState, other: ShellState): ShellState {
  if (one === other) return one
  return {
    ...one,
    folders: mergeFolders(one.folders, other.folders),
    variables: mergeVariables(one.variables, other.variables),
    functions: mergeFunctions(one.functions, other.functions),
  }
}

function mergeFolders(one: readonly string[], other: readonly string[]): readonly string[] {
  if (one === other) return one
  if (one.length === 0 || other.length === 0) return []
  return [...new Set([...one, ...other])]
}

function mergeVariables(
  one: ShellState['variables'],
  other: ShellState['variables'],
): ShellState['variables'] {
  if (one === other) return one
  const merged = new Map<string, string | undefined>()
  for (const name of [...one.keys(), ...other.keys()])
    merged.set(name, one.get(name) === other.get(name) ? one.get(name) : undefined)
  return merged
}

function mergeFunctions(
  one: ShellState['functions'],
  other: ShellState['functions'],
): ShellState['functions'] {
  if (one === other) return one
  const merged = new Map(one)
  for (const [name, bodies] of other) merged.set(name, [...new Set([...(merged.get(name) ?? []), ...bodies])])
  return merged
}

/** The state after an assignment. */
export function assign(state: ShellState, name: string, value: string | undefined): ShellState {
  return { ...state, variables: new Map(state.variables).set(name, value) }
}
