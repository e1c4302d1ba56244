import type {
  CallKey,
  Hash,
  JsonObject,
  Label,
  RunId,
  Sequence,
  StartedProcess,
  ThreadId,
  Timestamp,
} from '@keepup/core'
import { trustedLabel } from '@keepup/core'

import type { Sop } from '../definition/sop.ts'
import type { Finding } from '../findings/finding.ts'
import type { MachineState } from '../machine/sop-machine.ts'
import type { Evidence, TransitionRequest } from './evidence.ts'
import type { CountedCalls, Question, Spent } from './sop-entries.ts'

/** What one agent of the present visit does. The only one of a phase without branches is named ''. */
export interface WorkState {
  readonly thread: ThreadId
  /** The entry that says so: it names what the agent is told. */
  readonly began: Sequence
  /** It has ended: its gates may be looked at. */
  readonly ended?: {
    readonly at: Sequence
    readonly text: string
    readonly request?: TransitionRequest
    readonly limited: boolean
  }
}

/** The working tree of a branch. */
export interface BranchTree {
  /** Of which visit of a phase. */
  readonly visit: number
  readonly phase: string
  readonly folder: string
  /** The files with which it began. */
  readonly from: Hash
  /** It was merged, or left: nothing of it is to be done any more. */
  readonly settled?: { readonly conflicts: readonly { readonly path: string; readonly reason: string }[] }
}

/** A question that was asked, and what came of it. */
export interface AskedQuestion extends Question {
  readonly sequence: Sequence
  readonly until?: Timestamp
  readonly answer?: { readonly allow: boolean; readonly by: string; readonly message?: string }
  readonly expired?: 'failed' | 'escalated'
}

/** A gate's command that began and has not ended. */
export interface OpenGate {
  readonly gate: string
  readonly once: boolean
  readonly processes: readonly StartedProcess[]
}

/** What a procedure's thread folds to. */
export interface SopState {
  readonly status: 'empty' | 'running' | 'waiting' | 'halted' | 'finished'
  readonly run: RunId
  readonly sop?: Sop
  readonly task: string
  readonly folder: string
  readonly askCommands: boolean
  readonly machine: MachineState
  /** The visit that was entered; 0 before the first. */
  readonly entered: number
  /** The files before the present phase was entered, and before each phase was last entered. */
  readonly trees: Readonly<Record<string, Hash>>
  /** The files when a phase last passed: what changed since then is held against the gates. */
  readonly accepted: Hash
  /** The files after the last edit that was kept. */
  readonly kept: Hash
  /** Contents of protected files when a phase last passed; nothing where they are to be read at the next entry. */
  readonly watched?: Readonly<Record<string, Hash>>
  /** The files to bring back before anything else. */
  readonly restore?: Hash
  readonly notBefore?: Timestamp
  readonly feedback: string
  readonly work: Readonly<Record<string, WorkState>>
  /** Of branches that work in trees of their own, by name. */
  readonly branchTrees: Readonly<Record<string, BranchTree>>
  /** Of the present visit: calls that ended well, by branch. */
  readonly calls: Readonly<Record<string, readonly CountedCalls[]>>
  /** The latest result of each gate, and the entry that has it. */
  readonly evidence: Readonly<Record<string, Evidence & { readonly at: Sequence }>>
  readonly baselines: Readonly<Record<string, readonly Finding[]>>
  readonly open: Readonly<Record<CallKey, OpenGate>>
  readonly asked: Readonly<Record<string, AskedQuestion>>
  /** What was handed over, by name. */
  readonly artifacts: JsonObject
  /** When files or words last changed: results from before it are looked at anew. */
  readonly worked: Sequence
  readonly spent: Spent
  /** By phase, since it last passed. */
  readonly spentBy: Readonly<Record<string, Spent>>
  /** How often a person gave as much again. */
  readonly extended: number
  /** What is known of the procedure itself, and of the words of its gates. */
  readonly label: Label
  /** The join of the labels of everything that was seen. */
  readonly exposure: Label
  readonly halted?: { readonly reason: string; readonly code: string }
  readonly time: Timestamp
  /** An entry that the state depends on was erased: its run cannot go on. */
  readonly erased?: true
}

/** Nothing at all. */
export const nothingSpent: Spent = { tokens: 0, cost: 0, wall: 0, toolCalls: 0, turns: 0 }

/** What two stretches of work used together. */
export function addSpent(a: Spent, b: Spent): Spent {
  return {
    tokens: a.tokens + b.tokens,
    cost: a.cost + b.cost,
    wall: a.wall + b.wall,
    toolCalls: a.toolCalls + b.toolCalls,
    turns: a.turns + b.turns,
  }
}

/** A thread in which no procedure has begun. */
export const emptySopState: SopState = {
  status: 'empty',
  run: '',
  task: '',
  folder: '',
  askCommands: false,
  machine: { phase: '', visit: 0, failures: {} },
  entered: 0,
  trees: {},
  accepted: '',
  kept: '',
  feedback: '',
  work: {},
  branchTrees: {},
  calls: {},
  evidence: {},
  baselines: {},
  open: {},
  asked: {},
  artifacts: {},
  worked: 0,
  spent: nothingSpent,
  spentBy: {},
  extended: 0,
  label: trustedLabel,
  exposure: trustedLabel,
  time: 0,
}
