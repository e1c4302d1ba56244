import type { ChatState, FromPage, ToPage } from '../src/chat/chat-item.ts'
import { renderItem, stateText } from './render.ts'

/** What the editor gives its pages. */
declare function acquireVsCodeApi(): { readonly postMessage: (message: FromPage) => void }

const { postMessage: tell } = acquireVsCodeApi()
const actions = {
  showChange: (item: number, change: number) => tell({ type: 'diff', item, change }),
  openLink: (address: string) => tell({ type: 'link', address }),
}
const items = found('items', HTMLElement)
const state = found('state', HTMLElement)
const form = found('form', HTMLFormElement)
const prompt = found('prompt', HTMLTextAreaElement)
const send = found('send', HTMLButtonElement)
const cancel = found('cancel', HTMLButtonElement)

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  const isAtEnd = window.innerHeight + window.scrollY >= document.body.scrollHeight - 40
  if (data.type === 'reset') items.replaceChildren(...data.items.map((item) => renderItem(item, actions)))
  if (data.type === 'item') {
    const shown = renderItem(data.item, actions)
    const before = items.querySelector(`[data-item="${data.item.id}"]`)
    if (before === null) items.append(shown)
    else {
      keepOpen(before, shown)
      before.replaceWith(shown)
    }
  }
  if (data.type !== 'item') show(data.state)
  if (isAtEnd) window.scrollTo({ top: document.body.scrollHeight })
})

form.addEventListener('submit', (event) => {
  event.preventDefault()
  const text = prompt.value.trim()
  if (text === '' || send.disabled) return
  prompt.value = ''
  tell({ type: 'prompt', text })
})
prompt.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  form.requestSubmit()
})
cancel.addEventListener('click', () => tell({ type: 'cancel' }))
tell({ type: 'ready' })

function show(now: ChatState): void {
  state.textContent = stateText(now)
  send.disabled = now.isBusy
  cancel.hidden = !now.isBusy
}

/** What the person opened stays open while words come in. */
function keepOpen(before: Element, after: Element): void {
  const wasOpen = before.querySelector('details')?.open === true
  const now = after.querySelector('details')
  if (now !== null) now.open = wasOpen
}

function found<Kind extends HTMLElement>(id: string, kind: abstract new () => Kind): Kind {
  const part = document.getElementById(id)
  if (part instanceof kind) return part
  throw new Error(`The page has no ${id}.`)
}
