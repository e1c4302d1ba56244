import type { DomDocument, DomElement } from './dom.ts'

/** In characters: how much of each hidden text is shown. */
const mostShown = 2_000
const hiddenStyle =
  /(^|;)\s*(display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|opacity\s*:\s*0(\.0*)?\s*(;|$|!)|font-size\s*:\s*0(\D|$))/i

/**
 * Says of text that the page itself hides from people, by attribute or by a style of its own, that it does: it stays, since it may matter, but nobody should take it
 * for what a visitor sees. Returns how many there were. What a style sheet or a script hides is not known.
 */
export function markHidden(document: DomDocument): number {
  const hidden = [...document.querySelectorAll('[hidden], [style]')].filter(isHidden)
  let marked = 0
  for (const element of hidden) {
    const text = (element.textContent ?? '').replaceAll(/\s+/g, ' ').trim()
    // One inside of another that was marked is gone with it.
    if (!document.contains(element)) continue
    if (text === '') {
      element.remove()
      continue
    }
    const shown = text.length > mostShown ? `${text.slice(0, mostShown).toWellFormed()}…` : text
    const note = document.createElement('p')
    note.append(document.createTextNode(`[Hidden from visitors of the page: ${shown}]`))
    element.replaceWith(note)
    marked++
  }
  return marked
}

function isHidden(element: DomElement): boolean {
  return element.hasAttribute('hidden') || hiddenStyle.test(element.getAttribute('style') ?? '')
}
