import { KeepupError } from '@keepup/core'

/** How much of Playwright's explanation is kept. */
const mostKept = 300

/** What went wrong with a page, for a model: in a sentence, with what was in the way. */
export function pageFault(error: unknown, what: string): KeepupError {
  if (KeepupError.is(error)) return error
  const text = error instanceof Error ? error.message : String(error)
  return new KeepupError('tool-failed', `${what}: ${reasonOf(text)}`, { cause: error })
}

/** The reasons that Playwright logs while it waits for an element, and what to do. */
const reasons: readonly (readonly [RegExp, (found: string) => string])[] = [
  [
    /<.*> (?:from .* )?intercepts pointer events/u,
    (found) => `it is covered: ${found}. Close or move what covers it.`,
  ],
  [/element is not enabled/u, () => 'it is disabled.'],
  [/element is not visible/u, () => 'it is not visible. Take a new tree.'],
  [/element is not stable/u, () => 'it keeps moving. Wait, or click at a place.'],
  [/element is outside of the viewport/u, () => 'it cannot be scrolled into view.'],
  [/element is not editable/u, () => 'it is read-only.'],
  [/not an? <(?:input|select)>.*|Element is not an <input>.*/u, () => 'it takes no text. Click it, or type.'],
  [/did not find some options/u, () => 'it has no such option. Take a new tree and choose one by its text.'],
  [/element was detached from the DOM/u, () => 'it was removed from the page. Take a new tree.'],
]

function reasonOf(message: string): string {
  // Colours of the terminal.
  // oxlint-disable-next-line no-control-regex
  const text = message.replaceAll(/\u001B\[\d+m/gu, '')
  for (const [pattern, reason] of reasons) {
    const [found] = pattern.exec(text) ?? []
    if (found !== undefined) return reason(found.slice(0, mostKept))
  }
  const [first = ''] = text.split('\n')
  const plain = first.replace(/^[a-z]+\.[a-zA-Z]+: /u, '').slice(0, mostKept)
  if (/^Timeout \d+ms exceeded/u.test(plain))
    return 'it took too long. The page may be busy; look again, or leave it.'
  return plain
}
