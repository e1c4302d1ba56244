import {
  type AgentEntry,
  type AgentEntryType,
  type Entry,
  joinLabels,
  joinTable,
  type Label,
  lostLabel,
  type RunId,
  type ThreadId,
} from '@keepup/core'

/** What agents did again and again, and it worked. */
export interface FoundProcedure {
  /** One step for each call that did something: the tool, and the command where it is one. */
  readonly steps: readonly string[]
  /** In how many runs. */
  readonly runs: number
  readonly threads: readonly ThreadId[]
  /** The join of what those runs had read. */
  readonly label: Label
}

/** So often the same has to have worked. */
const leastRuns = 3
const fewestSteps = 2
/** @limit A longer procedure is found in parts. */
const mostSteps = 6
/** @limit In characters: a longer command is told by its beginning. */
const longestCommand = 120

interface Done {
  readonly run: RunId
  readonly thread: ThreadId
  readonly steps: readonly string[]
  readonly label: Label
}

/**
 * Sequences of calls that changed something or ran a command, and that completed runs of at least three threads have in common; the longest of each. `histories`: the entries
 * of each thread. What only looked is no step, nor is a call that failed.
 */
export function findProcedures(histories: readonly (readonly Entry[])[]): readonly FoundProcedure[] {
  const done = new Map(histories.flatMap(runsOf).map((one) => [one.run, one]))
  const found = new Map<string, Done[]>()
  for (const one of done.values()) {
    for (const steps of windowsOf(one.steps)) {
      const key = JSON.stringify(steps)
      found.set(key, [...(found.get(key) ?? []), one])
    }
  }
  const common = [...found].flatMap(([key, runs]): readonly FoundProcedure[] => {
    const threads = [...new Set(runs.map(({ thread }) => thread))].toSorted()
    // `windowsOf` made the key of texts.
    const steps = JSON.parse(key) as readonly string[]
    const label = runs.map((one) => one.label).reduce(joinLabels)
    return threads.length < leastRuns ? [] : [{ steps, runs: runs.length, threads, label }]
  })
  return common
    .filter((one) => !common.some((other) => isPartOf(one, other)))
    .toSorted((a, b) => b.runs - a.runs || (a.steps.join() < b.steps.join() ? -1 : 1))
}

/** What is known while a history is read. */
interface Reading {
  readonly runs: Done[]
  /** What calls were asked for, by the model's name of the call. */
  readonly inputs: Map<string, unknown>
  /** Calls that may have changed something. */
  readonly does: Set<string>
  steps: string[]
}

/** The runs of a history that came to their answer. */
function runsOf(history: readonly Entry[]): readonly Done[] {
  const reading: Reading = { runs: [], inputs: new Map(), does: new Set(), steps: [] }
  for (const entry of history) {
    if (entry.erased === true) continue
    if (isOf(entry, 'run-started')) reading.steps = []
    else if (isOf(entry, 'assistant-message')) noteInputs(reading, entry)
    else if (isOf(entry, 'tool-started')) noteStart(reading, entry)
    else if (isOf(entry, 'tool-finished')) noteStep(reading, entry)
    else if (isOf(entry, 'run-finished')) noteEnd(reading, entry)
  }
  return reading.runs
}

function noteInputs({ inputs }: Reading, { data }: AgentEntry<'assistant-message'>): void {
  for (const part of data.message.content) if (part.type === 'tool-call') inputs.set(part.id, part.input)
}

function noteStart({ does }: Reading, { data }: AgentEntry<'tool-started'>): void {
  if (data.effects.some(({ kind }) => changes.has(kind))) does.add(data.key)
}

function noteStep({ does, inputs, steps }: Reading, { data }: AgentEntry<'tool-finished'>): void {
  if (!does.has(data.key) || data.outcome.type !== 'completed') return
  const step = stepOf(data.tool, inputs.get(data.call))
  if (steps.at(-1) !== step) steps.push(step)
}

function noteEnd({ runs, steps }: Reading, { data, thread, labels }: AgentEntry<'run-finished'>): void {
  if (data.outcome.type !== 'completed') return
  runs.push({ run: data.run, thread, steps, label: labels === undefined ? lostLabel : joinTable(labels) })
}

const changes: ReadonlySet<string> = new Set(['write', 'delete', 'exec'])

function stepOf(tool: string, input: unknown): string {
  const command: unknown =
    typeof input === 'object' && input !== null && 'command' in input ? input.command : undefined
  if (typeof command !== 'string') return tool
  return `${tool} \`${command.replace(/\s+/g, ' ').trim().slice(0, longestCommand)}\``
}

/** Every part of a run that could be a procedure, once each: with a command among its steps. */
function windowsOf(steps: readonly string[]): readonly (readonly string[])[] {
  const windows = new Map<string, readonly string[]>()
  for (let from = 0; from < steps.length; from += 1) {
    for (let length = fewestSteps; length <= mostSteps && from + length <= steps.length; length += 1) {
      const window = steps.slice(from, from + length)
      if (window.some((step) => step.includes('`'))) windows.set(window.join('\n'), window)
    }
  }
  return [...windows.values()]
}

function isPartOf(part: FoundProcedure, whole: FoundProcedure): boolean {
  if (part.steps.length >= whole.steps.length || whole.runs < part.runs) return false
  return whole.steps.join('\n').includes(part.steps.join('\n'))
}

/** Entries of agents hold what their type says: the loop wrote them. */
function isOf<Type extends AgentEntryType>(entry: Entry, type: Type): entry is AgentEntry<Type> {
  return entry.type === type && entry.version === 1
}
