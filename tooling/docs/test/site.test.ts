import { describe, expect, test } from 'vitest'

import { listForModels, titleOf } from '../site/list-for-models.ts'
import { withSiteLinks } from '../site/site-links.ts'
import { sitePages } from '../site/site-page.ts'
import { sectionPages } from '../site/site-sections.ts'

const pages = sitePages([
  'README.md',
  'CONTRIBUTING.md',
  'docs/README.md',
  'docs/format.md',
  'docs/cli/README.md',
  'docs/cli/run.md',
  'packages/core/README.md',
  'apps/cli/README.md',
  '.changeset/one.md',
  'bench/README.md',
])
const places = new Map([
  ...pages.map(({ source, page }) => [source, page] as const),
  ['docs/images/one.png', 'images/one.png'],
])

describe('the site', () => {
  test('shows documents, READMEs of packages and apps, and nothing else', () => {
    expect(pages.map(({ page }) => page)).toEqual([
      'overview.md',
      'contributing.md',
      'index.md',
      'format.md',
      'cli/index.md',
      'cli/run.md',
      'packages/core.md',
      'packages/cli.md',
    ])
  })

  test('has links that lead to its own pages, and words where the repository has more than it', () => {
    const page = { source: 'packages/core/README.md', page: 'packages/core.md' }
    const links = (text: string): string => withSiteLinks(text, page, places)
    expect(links('[a](../../docs/format.md#one) [b](../../docs/cli/README.md) [c](../../docs/cli)')).toBe(
      '[a](../format.md#one) [b](../cli/index.md) [c](../cli/index.md)',
    )
    expect(links('[the code](src/index.ts) [out](../../../etc) [`x`[0]](#here)')).toBe(
      'the code out [`x`[0]](#here)',
    )
    expect(links('[web](https://example.com) ![theirs](https://example.com/a.png)')).toBe(
      '[web](https://example.com) ![theirs](https://example.com/a.png)',
    )
    expect(links('![ours](../../docs/images/one.png) ![none](a.png)')).toBe('![ours](../images/one.png) none')
    expect(links('<img src="../../docs/images/one.png">')).toBe('<img src="../images/one.png">')
    expect(links('```md\n[a](../../docs/format.md)\n```\n')).toBe('```md\n[a](../../docs/format.md)\n```\n')
  })

  test('has every page in its sidebar, once, also one that nobody put there', () => {
    const all = [...pages.map(({ page }) => page), 'new.md', 'new/folder.md', 'reference/core/index.md']
    const sections = sectionPages(all)
    expect([...sections.values()].flat().toSorted()).toEqual(all.toSorted())
    expect(sections.get('Guides')).toEqual(['new.md', 'new/folder.md'])
    expect(sections.get('Command line')).toEqual(['cli/index.md', 'cli/run.md'])
  })

  test('is listed for models by sections, with titles and first sentences', () => {
    const text = '# `run` of **it**\n\nRuns an [agent](x.md). And more.\n'
    expect(titleOf(text, 'run.md')).toBe('run of it')
    expect(titleOf('no heading', 'run.md')).toBe('run.md')
    expect(listForModels('About.', new Map([['Verbs', [{ page: 'run.md', text }]]]))).toBe(
      '# keepup\n\n> About.\n\n## Verbs\n\n- [run of it](/run.md): Runs an agent.\n',
    )
  })
})
