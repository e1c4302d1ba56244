import type { ChatItem, PageItem } from './chat-item.ts'

/** An item as the page gets it: the contents of files stay with the extension. */
export function pageItem(item: ChatItem): PageItem {
  return item.type === 'call' ? { ...item, changes: item.changes.map(({ path }) => path) } : item
}
