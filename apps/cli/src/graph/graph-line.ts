import type { Entry } from '@keepup/core'
import type { GraphEntry, GraphEntryType } from '@keepup/graph'

type Describe = {
  readonly [Type in GraphEntryType]?: (data: GraphEntry<Type>['data'], node: string) => string
}

const descriptions: Describe = {
  'graph-started': ({ graph }) => `graph ${graph} started`,
  'graph-resumed': () => 'graph resumed',
  'graph-entered': (_, node) => `${node} entered`,
  'node-started': ({ attempt }, node) => `${node} started${attempt > 1 ? `, attempt ${attempt}` : ''}`,
  'node-finished': ({ update = {} }, node) => `${node} finished${changed(update)}`,
  'node-failed': ({ failure, follows }, node) => `${node} failed: ${failure.message} (${follows})`,
  'node-waiting': ({ wait }, node) => `${node} waits for ${awaited(wait)}`,
  'step-finished': () => 'step finished',
  'graph-waiting': ({ waits }) => `graph waits at ${waits.length} node${waits.length === 1 ? '' : 's'}`,
  'graph-finished': ({ outcome }) => `graph ${outcome.type}`,
  'channel-updated': ({ update }) => `state changed from outside${changed(update)}`,
}

/** An entry of a graph's thread as one line; nothing for other types. */
export function graphLine({ type, data, scope = '' }: Entry): string | undefined {
  const all: Partial<Record<string, (data: never, node: string) => string>> = descriptions
  // The type of an entry decides the shape of its data.
  return all[type]?.(data as never, scope)
}

function changed(update: object): string {
  const names = Object.keys(update)
  return names.length === 0 ? '' : `: ${names.join(', ')}`
}

function awaited({ for: what, question, signal, until }: GraphEntry<'node-waiting'>['data']['wait']): string {
  if (what === 'person' && question !== undefined) return `an answer: ${question.text}`
  if (what === 'signal') return `the signal ${signal}`
  if (what === 'time' && until !== undefined) return new Date(until).toISOString()
  return what === 'decision' ? 'a person to say whether it happened' : `its ${what}`
}
