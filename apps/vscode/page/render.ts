import type { ChatState, PageItem } from '../src/chat/chat-item.ts'
import { type MarkdownNode, readMarkdown } from '../src/chat/markdown.ts'

/** What a person does in the page. */
export interface PageActions {
  readonly showChange: (item: number, change: number) => void
  readonly openLink: (address: string) => void
}

/** Shows an item. Everything that an agent wrote becomes text of a node: no markup is ever read by the browser. */
export function renderItem(item: PageItem, actions: PageActions): HTMLElement {
  const shown = element('article', `item ${item.type}`)
  shown.dataset['item'] = String(item.id)
  if (item.type === 'call') renderCall(shown, item, actions)
  else if (item.type === 'plan') renderPlan(shown, item.entries)
  else if (item.type === 'thought') {
    const more = element('details')
    more.append(element('summary', '', 'Thought'), element('p', '', item.text))
    shown.append(more)
  } else if (item.type === 'agent')
    shown.append(...readMarkdown(item.text).map((node) => made(node, actions)))
  else {
    if (item.type === 'notice' && item.isError) shown.classList.add('error')
    shown.append(element('p', '', item.text))
  }
  return shown
}

/** What stands above the prompt: model, mode, window, cost, questions. */
export function stateText({ model, mode, used, size, cost, questions, isBusy }: ChatState): string {
  const window =
    used === undefined || size === undefined ? '' : `${Math.round((used / size) * 100)} % of window`
  const money = cost === undefined ? '' : `${cost.amount.toFixed(4)} ${cost.currency}`
  const open = questions === 0 ? '' : `${questions} open`
  return [isBusy ? 'at work' : '', model, mode, window, money, open].filter(Boolean).join(' · ')
}

function renderCall(
  shown: HTMLElement,
  item: Extract<PageItem, { type: 'call' }>,
  { showChange }: PageActions,
): void {
  shown.classList.add(item.status)
  const head = element('header')
  head.append(element('code', 'title', item.title), element('span', 'status', item.status.replace('_', ' ')))
  shown.append(head)
  for (const [index, path] of item.changes.entries()) {
    const button = element('button', 'change', `Show changes of ${path}`)
    button.setAttribute('type', 'button')
    button.addEventListener('click', () => showChange(item.id, index))
    shown.append(button)
  }
  if (item.output === '') return
  const more = element('details')
  more.append(element('summary', '', 'Output'), element('pre', '', item.output))
  shown.append(more)
}

function renderPlan(
  shown: HTMLElement,
  entries: readonly { readonly text: string; readonly status: string }[],
): void {
  const list = element('ul')
  for (const { text, status } of entries) list.append(element('li', status.replace('_', '-'), text))
  shown.append(element('header', '', 'Plan'), list)
}

function made(node: MarkdownNode, actions: PageActions): Node {
  if (typeof node === 'string') return document.createTextNode(node)
  const shown = document.createElement(node.tag)
  const { address } = node
  if (shown instanceof HTMLAnchorElement && address !== undefined) {
    shown.href = address
    shown.title = address
    shown.addEventListener('click', (event) => {
      event.preventDefault()
      actions.openLink(address)
    })
  }
  shown.append(...node.children.map((child) => made(child, actions)))
  return shown
}

function element(tag: string, style = '', text = ''): HTMLElement {
  const shown = document.createElement(tag)
  if (style !== '') shown.className = style
  shown.textContent = text
  return shown
}
