import { hash } from 'node:crypto'

import type { JsonValue, Message, ToolCallPart, ToolResultPart } from '@keepup/core'

import type { LedgerFact } from './ledger.ts'

/** What a call that was completed means for the ledger. */
export type FactsOfCall = (call: ToolCallPart, result: ToolResultPart) => readonly LedgerFact[]

/** The facts that messages tell of calls, in order, and the agent's latest words among them. */
export function factsOfMessages(
  messages: readonly Message[],
  factsOfCall: FactsOfCall,
): readonly LedgerFact[] {
  const facts: LedgerFact[] = []
  let calls: readonly ToolCallPart[] = []
  for (const message of messages) {
    if (message.role === 'tool')
      facts.push(...message.content.flatMap((result) => ofResult(calls, result, factsOfCall)))
    if (message.role !== 'assistant') continue
    calls = message.content.filter((part) => part.type === 'tool-call')
    const text = message.content
      .map((part) => (part.type === 'text' ? part.text : ''))
      .join('')
      .trim()
    if (text !== '') facts.push({ kind: 'said', text })
  }
  return facts
}

/** What tells the calls of messages apart: their names, arguments and results. */
export function digestsOfCalls(messages: readonly Message[]): readonly string[] {
  const parts = messages.flatMap((message) => (message.role === 'assistant' ? message.content : []))
  const calls = new Map(
    parts.flatMap((part) => (part.type === 'tool-call' ? [[part.id, part] as const] : [])),
  )
  return messages.flatMap((message) => {
    if (message.role !== 'tool') return []
    return message.content.map((result) => {
      const { name, input } = calls.get(result.id) ?? { name: '', input: null }
      return hash('sha256', JSON.stringify([name, input, result.content, result.error]), 'hex').slice(0, 8)
    })
  })
}

function ofResult(
  calls: readonly ToolCallPart[],
  result: ToolResultPart,
  factsOfCall: FactsOfCall,
): readonly LedgerFact[] {
  const call = calls.find(({ id }) => id === result.id)
  if (call === undefined) return []
  if (!result.error) return factsOfCall(call, result)
  const text = textOfResult(result)
  const kind = text.startsWith('Denied: ')
    ? 'denied'
    : text.startsWith('Outcome unknown: ')
      ? 'unknown'
      : 'failed'
  return [{ kind, text: `${describeCall(call)}: ${text.slice(0, 120)}` }]
}

/** Facts of keepup's own tools, and of any that name a file alike; every other call is one that was run. */
export const factsOfKnownCall: FactsOfCall = (call, result) => {
  const path = textField(call.input, 'path', 'file_path', 'filePath')
  if (call.name === 'ask_user') {
    const question = textField(call.input, 'question') ?? ''
    return [{ kind: 'answered', text: `${question} → ${textOfResult(result)}` }]
  }
  if (call.name === 'apply_patch')
    return patched(textField(call.input, 'patch') ?? '').map((text) => ({ kind: 'changed', text }))
  if (path !== undefined && changing.test(call.name)) return [{ kind: 'changed', text: path }]
  if (path !== undefined && /^read/i.test(call.name)) return [{ kind: 'read', text: path }]
  // Its list is kept as it is by the loop.
  return call.name === 'todo' ? [] : [{ kind: 'ran', text: describeCall(call) }]
}

const changing = /^(?:write|edit|multi_?edit|delete|create|str_replace)/i

/** The files that a patch names, in the format of the tool `apply_patch`. */
function patched(patch: string): readonly string[] {
  const heads = patch.matchAll(/^\*\*\* (?:Add File|Update File|Delete File|Move to): (.+)$/gm)
  return [...heads].map(([, path = '']) => path.trim())
}

function describeCall({ name, input }: ToolCallPart): string {
  const told = textField(input, 'command') ?? JSON.stringify(input)
  return `${name} ${told.length <= 160 ? told : `${told.slice(0, 160)}…`}`
}

function fieldsOf(input: JsonValue): ReadonlyMap<string, JsonValue> {
  return new Map(typeof input === 'object' && input !== null ? Object.entries(input) : [])
}

function textField(input: JsonValue, ...names: readonly string[]): string | undefined {
  const fields = fieldsOf(input)
  return names.map((name) => fields.get(name)).find((field) => typeof field === 'string')
}

function textOfResult({ content }: ToolResultPart): string {
  return content.map((part) => (part.type === 'text' ? part.text : '(a file)')).join('\n')
}
