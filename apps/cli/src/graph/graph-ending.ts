import type { JsonValue } from '@keepup/core'
import type { GraphPosition } from '@keepup/graph'

import { errorExit, type ExitName } from '../exit-code.ts'
import { shellWords } from '../shell-words.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'

/** How the run of a graph ended, or paused. */
export interface GraphEnding {
  readonly state: Pick<GraphPosition<unknown>, 'outcome' | 'status' | 'step' | 'waits'>
  readonly thread: string
  readonly output: JsonValue
  /** Goes on with it: the words of the command. */
  readonly resume: string
  /** The words of `keepup signal THREAD`, with the store. */
  readonly signal: (rest: string) => string
}

/** How the program exits after a graph's run. */
export function graphExit({ status, outcome }: GraphEnding['state']): ExitName {
  if (status === 'waiting') return 'waiting'
  switch (outcome?.type) {
    case 'completed':
      return 'completed'
    case 'stopped':
      return 'stopped'
    case 'interrupted':
      return 'interrupted'
    case 'limit-reached':
      return 'limit-turns'
    case 'failed':
      return errorExit(outcome.failures[0]?.code ?? '')
    default:
      return 'failed'
  }
}

/** The last line of JSON: where the run stands, and what it gave. */
export function endingRecord({ state, thread, output }: GraphEnding): object {
  const { status, outcome, step, waits } = state
  return { type: 'graph-result', thread, status, outcome: outcome ?? null, step, waits, output }
}

/** What a graph gave, for a pipe: a text as it is, all else as JSON. */
export function outputText(output: JsonValue): string {
  return `${typeof output === 'string' ? safeText(output) : JSON.stringify(output, null, 2)}\n`
}

/** The last lines for people: how it ended, and what to do next. */
export function endingLines(ending: GraphEnding, style: Style): string {
  const { state, thread, resume } = ending
  const { status, outcome, step, waits } = state
  const facts = `${step} ${step === 1 ? 'step' : 'steps'} ${style.marks.separator} thread ${thread}`
  if (status === 'waiting') {
    return [
      style.yellow(`waiting ${style.marks.separator} ${facts}`),
      ...waits.flatMap((wait) => waitLines(wait, ending, style)),
      `${style.dim('then  ')}${resume}`,
      '',
    ].join('\n')
  }
  if (outcome?.type === 'completed') return `${style.green('completed')} ${style.marks.separator} ${facts}\n`
  return [
    `${style.yellow(safeText(outcomeWords(outcome)))} ${style.marks.separator} ${facts}`,
    `${style.dim('next  ')}${resume}`,
    '',
  ].join('\n')
}

type OpenWait = GraphEnding['state']['waits'][number]

function waitLines({ node, wait }: OpenWait, ending: GraphEnding, style: Style): readonly string[] {
  const until = wait.until === undefined ? '' : `, until ${new Date(wait.until).toISOString()}`
  const head = `${style.bold(safeLine(node))}${until}`
  switch (wait.for) {
    case 'person':
    case 'decision':
      return questionLines({ node, wait }, head, ending, style)
    case 'signal': {
      const { signal = '' } = wait
      return [
        `${head}: the signal ${signal}`,
        `${style.dim('send  ')}${ending.signal(`event ${signal} '{}'`)}`,
      ]
    }
    case 'agent':
      return [
        `${head}: its agent, thread ${wait.thread ?? ''}`,
        `${style.dim('answer')} keepup approvals list`,
      ]
    case 'time':
      return [head]
  }
}

function questionLines(
  { node, wait }: OpenWait,
  head: string,
  { signal }: GraphEnding,
  style: Style,
): readonly string[] {
  const { text = '', options = [] } = wait.question ?? {}
  const answer = wait.for === 'decision' ? '\'{"decision": "retry"}\'' : '"..."'
  return [
    `${head}: ${safeText(text)}`,
    ...options.map((option, index) => `  ${index + 1}. ${safeLine(option)}`),
    `${style.dim('answer')} ${signal(`answer ${shellWords([node])} ${answer}`)}`,
  ]
}

function outcomeWords(outcome: GraphEnding['state']['outcome']): string {
  switch (outcome?.type) {
    case 'failed':
      return `failed: ${outcome.failures.map(({ node, message }) => `${node}: ${message}`).join('; ')}`
    case 'limit-reached':
      return `${outcome.node} came to its bound of ${outcome.limit}`
    case 'interrupted':
    case 'stopped':
      return `${outcome.type}: ${outcome.reason}`
    default:
      return 'ended'
  }
}
