import type { FromPage } from './chat-item.ts'

/** The longest prompt that is taken, in characters. */
const longest = 1_000_000

/** Reads a message of the page; nothing where it is none. What a page says is not trusted: it shows what others wrote. */
export function readFromPage(message: unknown): FromPage | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const { type, ...fields } = { ...blank, ...message }
  return typeof type === 'string' && Object.hasOwn(readers, type) ? readers[type]?.(fields) : undefined
}

type Fields = Readonly<Record<'text' | 'address' | 'item' | 'change', unknown>>

const readers: Readonly<Record<string, (fields: Fields) => FromPage | undefined>> = {
  ready: () => ({ type: 'ready' }),
  cancel: () => ({ type: 'cancel' }),
  prompt: ({ text }) => (isPrompt(text) ? { type: 'prompt', text } : undefined),
  link: ({ address }) => (typeof address === 'string' ? { type: 'link', address } : undefined),
  diff: ({ item, change }) => (isPlace(item) && isPlace(change) ? { type: 'diff', item, change } : undefined),
}

const blank: Fields & { readonly type: unknown } = {
  type: undefined,
  text: undefined,
  address: undefined,
  item: undefined,
  change: undefined,
}

function isPlace(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isPrompt(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= longest
}
