/** Who said something, and what, as text. */
export function messageLine(message: unknown): { readonly role: string; readonly text: string } {
  const { role, content } = Object(message) as { readonly role?: unknown; readonly content?: unknown }
  const parts: readonly unknown[] = Array.isArray(content) ? content : []
  return { role: typeof role === 'string' ? role : '?', text: parts.map(partText).join('\n') }
}

function partText(part: unknown): string {
  const told = Object(part) as Readonly<Record<string, unknown>>
  if (typeof told['text'] === 'string') return told['text']
  if (told['type'] === 'tool-call') return `${String(told['name'])} ${JSON.stringify(told['input'])}`
  if (told['type'] === 'tool-result') return messageLine({ content: told['content'] }).text
  return `[${String(told['mediaType'] ?? told['type'])}]`
}
