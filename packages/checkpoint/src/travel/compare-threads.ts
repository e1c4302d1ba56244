import type {
  AgentEntry,
  Checkpointer,
  Entry,
  Milliseconds,
  RunOutcome,
  Sequence,
  ThreadId,
} from '@keepup/core'

import { commonPast, type CommonPast } from './common-past.ts'
import { timeOf } from './list-checkpoints.ts'
import { filesIn, type KeptFilesChange, type Spent, spentIn } from './spent.ts'
import { effectiveEntries, surveyThread, type ThreadSurvey } from './survey-thread.ts'

/** What became of one thread since those it is compared with parted. */
export interface ComparedThread extends Spent {
  readonly thread: ThreadId
  readonly head: Sequence
  /** Of its last run, where that has ended since. */
  readonly outcome?: RunOutcome
  /** A run goes on, waits, or its process died. */
  readonly open: boolean
  /** How long runs took. */
  readonly duration: Milliseconds
  /** Its final answer, or the last words of the model; nothing where it said none. */
  readonly answer?: string
  /** Only where files were kept. */
  readonly files?: KeptFilesChange
}

/** Threads beside each other. */
export interface Comparison {
  readonly past: CommonPast
  readonly threads: readonly ComparedThread[]
}

/** Compares what became of threads since they parted, the effective history of each: for forks, since the fork. A thread that does not exist has nothing. */
export async function compareThreads(
  checkpointer: Checkpointer,
  threads: readonly ThreadId[],
): Promise<Comparison> {
  const surveys: ThreadSurvey[] = []
  for (const thread of threads) surveys.push(await surveyThread(checkpointer, thread))
  const past = commonPast(surveys.map((survey) => ({ survey, at: survey.head })))
  const compared: ComparedThread[] = []
  for (const survey of surveys) {
    const { entries } = await checkpointer.read(survey.thread)
    compared.push(compareOne(survey, entries, past.entries))
  }
  return { past, threads: compared }
}

/** A thread and everything that was forked from it, directly or through others: oldest fork first. */
export async function familyOf(checkpointer: Checkpointer, thread: ThreadId): Promise<readonly ThreadId[]> {
  const origins: (readonly [ThreadId, ThreadId | undefined])[] = []
  for await (const one of checkpointer.threads()) origins.unshift([one.thread, one.origin?.thread])
  const family = new Set([thread])
  let size = 0
  while (size !== family.size) {
    size = family.size
    for (const [child, parent] of origins) if (parent !== undefined && family.has(parent)) family.add(child)
  }
  return [...family]
}

function compareOne(survey: ThreadSurvey, entries: readonly Entry[], shared: number): ComparedThread {
  const { thread, head } = survey
  const since = entries.slice(shared)
  const steps = effectiveEntries(survey).slice(Math.max(0, shared - 1))
  const duration = steps
    .flatMap((entry, index) => (shared > 0 && index === 0 ? [] : timeOf(steps[index - 1], entry)))
    .reduce((sum, step) => sum + step, 0)
  const last = since.findLast(isOfRun)
  const ended = last !== undefined && isEnd(last) && last.erased !== true ? last.data : undefined
  const answer = ended?.text ?? lastWords(since)
  const files = filesIn(since)
  return {
    thread,
    head,
    open: last !== undefined && !isEnd(last),
    ...(ended === undefined ? {} : { outcome: ended.outcome }),
    duration,
    ...spentIn(since),
    ...(answer === undefined || answer === '' ? {} : { answer }),
    ...(files === undefined ? {} : { files }),
  }
}

function isOfRun({ type }: Entry): boolean {
  return type === 'run-started' || type === 'run-resumed' || type === 'run-waiting' || type === 'run-finished'
}

function isEnd(entry: Entry): entry is AgentEntry<'run-finished'> {
  return entry.type === 'run-finished'
}

function isAnswer(entry: Entry): entry is AgentEntry<'assistant-message'> {
  return entry.type === 'assistant-message' && entry.erased !== true
}

function lastWords(entries: readonly Entry[]): string | undefined {
  const said = entries.findLast(isAnswer)?.data.message.content ?? []
  const texts = said.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  return texts.length === 0 ? undefined : texts.join('\n')
}
