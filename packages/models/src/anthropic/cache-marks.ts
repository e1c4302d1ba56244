import type { AnthropicBlocks } from './anthropic-blocks.ts'

/** How long a prompt stays in the provider's cache, or `off`. */
export type PromptCache = 'off' | '5m' | '1h'

/** The member that ends a cached prefix at the block that holds it. */
function markOf(cache: PromptCache): string {
  return cache === '1h'
    ? '"cache_control":{"type":"ephemeral","ttl":"1h"}'
    : '"cache_control":{"type":"ephemeral"}'
}

/** A block's JSON text with a cache mark as its last member. */
export function marked(block: string, cache: PromptCache): string {
  return cache === 'off' ? block : `${block.slice(0, -1)},${markOf(cache)}}`
}

/**
 * The turns of a conversation as JSON text: messages of the same side joined, results of tools first. The newest user's turn and the one before
 * it end in a cache mark: the newest writes the cache, the one before is found again even when a turn added more blocks than the provider looks back.
 * Only marks move from request to request; everything else before the newest message stays byte for byte.
 */
export function turnsText(messages: readonly AnthropicBlocks[], cache: PromptCache): string {
  const turns = joinedTurns(messages)
  const users = turns.filter((turn) => turn.role === 'user')
  const last = new Set(users.slice(-2))
  return `[${turns.map((turn) => turnText(turn, last.has(turn) ? cache : 'off')).join(',')}]`
}

interface Turn {
  readonly role: AnthropicBlocks['role']
  readonly results: string[]
  readonly blocks: string[]
}

function joinedTurns(messages: readonly AnthropicBlocks[]): readonly Turn[] {
  const turns: Turn[] = []
  for (const { role, results, blocks } of messages) {
    if (results.length + blocks.length === 0) continue
    const last = turns.at(-1)
    const turn = last?.role === role ? last : { role, results: [], blocks: [] }
    if (turn !== last) turns.push(turn)
    turn.results.push(...results)
    turn.blocks.push(...blocks)
  }
  return turns
}

function turnText({ role, results, blocks }: Turn, cache: PromptCache): string {
  const all = [...results, ...blocks]
  const content = all.map((block, index) => (index === all.length - 1 ? marked(block, cache) : block))
  return `{"role":"${role}","content":[${content.join(',')}]}`
}
