import type { RecalledEvidence, RecalledItem } from '../contract/recall.ts'

/** Characters that make a token of English on average; what stands around each text counts as some more. */
const tokenLength = 4
const frame = 12

/** About how many tokens a text of that length takes in a prompt. */
export function tokensOf(length: number): number {
  return Math.ceil(length / tokenLength) + frame
}

/** What fits a budget of tokens: items first, each list from its best on. What is too large is left out, what comes behind it is not. */
export function fitBudget(
  found: { readonly evidence: readonly RecalledEvidence[]; readonly items: readonly RecalledItem[] },
  budget: number,
): { readonly evidence: readonly RecalledEvidence[]; readonly items: readonly RecalledItem[] } {
  let left = budget
  const fit = ({ text, caption = '' }: { readonly text: string; readonly caption?: string }): boolean => {
    const tokens = tokensOf(text.length + caption.length)
    if (tokens > left) return false
    left -= tokens
    return true
  }
  const items = found.items.filter((item) => fit({ text: item.text }))
  return { items, evidence: found.evidence.filter(fit) }
}
