import type { JsonObject, Milliseconds } from '@keepup/core'

/** A pattern of paths relative to the project: `src/**`, `*.test.ts`. Dot files match too. */
export type PathPattern = string

/** What a command prints, where its findings are to be read. */
export type ReportFormat = 'eslint-json' | 'junit' | 'sarif' | 'tap' | 'tsc'

/** A command of the project: the exit code decides. */
export interface CommandGate {
  readonly kind: 'command'
  readonly id: string
  /** The program and its arguments, or the name of one of the procedure's `commands`. No shell reads the words. */
  readonly run: string | readonly string[]
  /** Relative to the project. */
  readonly cwd?: string | undefined
  readonly expect?:
    | {
        /** `zero` when left out. `nonzero` is 1 to 125: a command that was not found, could not be started or was killed has said nothing. */
        readonly exit?: number | 'zero' | 'nonzero' | undefined
        /** RE2 syntax, found anywhere in what it printed, both streams together. */
        readonly stdoutMatches?: string | undefined
      }
    | undefined
  /** 120,000 when left out. */
  readonly timeoutMs?: Milliseconds | undefined
  /** Reads findings from the output: they are what the agent is told, and what `baseline` compares. */
  readonly parser?: ReportFormat | undefined
  /** Only findings that were not there when the phase was entered fail it, whatever the exit code. Needs `parser`. */
  readonly baseline?: 'no-new-findings' | undefined
  /** `once`: never run again after a crash in the middle, nor once it has passed; a person says what became of it. `safe` when left out. */
  readonly repeat?: 'safe' | 'once' | undefined
}

/** Something the agent handed over with `request_transition`, held against a JSON Schema. */
export interface SchemaGate {
  readonly kind: 'schema'
  readonly id: string
  /** Its name among what was handed over. */
  readonly artifact: string
  readonly schema: JsonObject
}

/** Which files changed since the last phase that passed, or exist. */
export interface FilesGate {
  readonly kind: 'files'
  readonly id: string
  /** Each must match a file. */
  readonly mustExist?: readonly PathPattern[] | undefined
  /** Nothing that matches may be changed, added, deleted or renamed. Case is ignored; files that git ignores are watched too. */
  readonly mustNotChange?: readonly PathPattern[] | undefined
  /** Everything that changes must match. */
  readonly onlyChange?: readonly PathPattern[] | undefined
  /** Something that matches must have changed, also where git ignores it. */
  readonly mustChange?: readonly PathPattern[] | undefined
}

/** What was really done: calls of a tool in this phase, or another gate that passed on the very files that are there now. */
export interface EvidenceGate {
  readonly kind: 'evidence'
  readonly id: string
  /** A tool, or a pattern of names. */
  readonly toolCalled?: string | undefined
  /** 1 when left out. */
  readonly min?: number | undefined
  /** Only calls after the last one that may have changed files count. */
  readonly sinceEdit?: boolean | undefined
  /** `PHASE/GATE`. */
  readonly gate?: string | undefined
}

/** Another agent, in a session of its own, judges the work by a rubric. */
export interface JudgeGate {
  readonly kind: 'judge'
  readonly id: string
  readonly role?: string | undefined
  readonly rubric: string
  /** From 0 to 1. */
  readonly threshold: number
}

/** A person is asked; the procedure waits durably. */
export interface HumanGate {
  readonly kind: 'human'
  readonly id: string
  readonly prompt: string
  /** Whose answers count; anybody's when left out. */
  readonly approvers?: readonly string[] | undefined
  readonly timeoutMs?: Milliseconds | undefined
  /** `fail` when left out; `escalate` asks anew, anybody and without an end. */
  readonly onTimeout?: 'fail' | 'escalate' | undefined
}

/** Gates joined: every one, at least one, or that one does not pass. */
export interface JoinedGate {
  readonly kind: 'all' | 'any' | 'not'
  readonly of: readonly Gate[]
}

/** A gate that looks at one thing. */
export type SimpleGate = CommandGate | EvidenceGate | FilesGate | HumanGate | JudgeGate | SchemaGate

/** A check that the runtime runs. */
export type Gate = JoinedGate | SimpleGate

/** The gates within gates, in the order in which they are written. */
export function simpleGates(gates: readonly Gate[]): readonly SimpleGate[] {
  return gates.flatMap((gate) => ('of' in gate ? simpleGates(gate.of) : [gate]))
}
