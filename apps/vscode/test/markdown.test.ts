import { expect, test } from 'vitest'

import { type MarkdownNode, readMarkdown } from '../src/chat/markdown.ts'

test('Markdown becomes tags', () => {
  expect(readMarkdown('# A\n\n- [x] *b*\n\n```ts\nc()\n```\n\n[d](https://d.org)')).toEqual([
    { tag: 'h3', children: ['A'] },
    {
      tag: 'ul',
      children: [{ tag: 'li', children: expect.arrayContaining(['☑ ', { tag: 'em', children: ['b'] }]) }],
    },
    { tag: 'pre', children: [{ tag: 'code', children: ['c()'] }] },
    { tag: 'p', children: [{ tag: 'a', address: 'https://d.org', children: ['d'] }] },
  ])
})

test.each([
  '<img src=x onerror=alert(1)>',
  'a <script>alert(1)</script> b',
  '[x](javascript:alert(1))',
  '[x](command:workbench.action.quit)',
  '![x](https://track.example/p.png)',
  '[x](data:text/html,hello)',
  '<https://ok.example> <javascript:alert(1)>',
])('%s makes no tag and no address that is not of the web', (text) => {
  for (const node of flat(readMarkdown(text))) {
    if (typeof node === 'string') continue
    expect(['p', 'a', 'li', 'ul', 'code', 'pre']).toContain(node.tag)
    if (node.address !== undefined) expect(node.address).toMatch(/^https:\/\//)
  }
})

test('a text without end is shown as it is', () => {
  const text = '['.repeat(200_000)
  expect(readMarkdown(text)).toEqual([{ tag: 'pre', children: [text] }])
})

function flat(nodes: readonly MarkdownNode[]): readonly MarkdownNode[] {
  return nodes.flatMap((node) => (typeof node === 'string' ? [node] : [node, ...flat(node.children)]))
}
