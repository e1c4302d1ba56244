import { createHash } from 'node:crypto'

import {
  type AgentEntry,
  type AgentEntryType,
  type Checkpointer,
  type Entry,
  joinTable,
  type RunOutcome,
  type ThreadId,
  trustedLabel,
} from '@keepup/core'

import type { NewEvidence } from '../contract/evidence.ts'
import type { Scope, ScopeId } from '../contract/scope.ts'
import type { Memory } from './create-memory.ts'
import type { Observed } from './observe.ts'
import { threadMemory } from './thread-memory.ts'

const batchSize = 200
const longestId = 200

/**
 * Keeps what a person and the agent said in a thread, as far as its history holds it, in the memory of the thread's time: see `threadMemory`. Again and again it adds only
 * what is new, and what forks share is kept once. What a person did not say, such as the task of a delegated agent, is another agent's word; results of tools are left out. Of a run that did not come to its answer is kept how it ended.
 */
export async function observeThread(
  memory: Memory,
  checkpointer: Checkpointer,
  thread: ThreadId,
  base: Scope | ScopeId,
): Promise<Observed & { readonly scope: ScopeId }> {
  const { scope } = await threadMemory(memory, checkpointer, thread, base)
  const { entries } = await checkpointer.read(thread)
  const said = entries.flatMap(toEvidence)
  const ids: string[] = []
  const dropped: string[] = []
  for (let at = 0; at < said.length; at += batchSize) {
    const observed = await memory.observe(scope, said.slice(at, at + batchSize))
    ids.push(...observed.ids)
    dropped.push(...observed.dropped)
  }
  return { scope, ids, dropped }
}

function toEvidence(entry: Entry): readonly NewEvidence[] {
  const text = textOf(entry)
  if (text === '') return []
  const label = joinTable(entry.labels ?? { default: { ...trustedLabel, integrity: 'free-text' } })
  const isPerson = entry.by === 'user' && label.integrity === 'trusted'
  const origin = entry.type === 'assistant-message' ? 'assistant' : isPerson ? 'user' : 'agent'
  const name = `${entry.thread}#${entry.sequence}`
  const id = name.length <= longestId ? name : createHash('sha256').update(name).digest('hex')
  return [{ id, session: entry.thread, origin, text, at: entry.time, label }]
}

function textOf(entry: Entry): string {
  if (entry.erased === true) return ''
  if (isOf(entry, 'run-finished')) return endOf(entry.data.outcome)
  if (!isOf(entry, 'user-message') && !isOf(entry, 'assistant-message')) return ''
  return entry.data.message.content
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('\n')
    .trim()
}

/** How a run ended that did not come to its answer: what is to be known before the same is tried again. */
function endOf(outcome: RunOutcome): string {
  switch (outcome.type) {
    case 'completed':
      return ''
    case 'limit-reached':
      return `The run ended at its limit of ${outcome.limit}.`
    case 'failed':
      return `The run failed (${outcome.code}).`
    case 'interrupted':
    case 'stopped':
      return `The run was ${outcome.type}.`
  }
}

/** Entries of agents hold what their type says: the loop wrote them. */
function isOf<Type extends AgentEntryType>(entry: Entry, type: Type): entry is AgentEntry<Type> {
  return entry.type === type && entry.version === 1
}
