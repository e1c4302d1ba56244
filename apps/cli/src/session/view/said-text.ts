import type { UserMessage } from '@keepup/core'

/** What a person wrote themselves: the files that they added are parts of their own behind it. */
export function saidText({ content: [first] }: UserMessage): string {
  return first?.type === 'text' ? first.text : ''
}
