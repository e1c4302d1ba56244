import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

import { expect, test } from 'vitest'

import { type MarkdownFile, markdownFiles } from '../markdown-file.ts'
import { repositoryRoot } from '../repository-root.ts'

const documents = markdownFiles()

function brokenLinks({ path, prose }: MarkdownFile): readonly string[] {
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^(https?|mailto):/.test(target) && !resolves(path, target))
    .map((target) => `${path} -> ${target}`)
}

function resolves(from: string, target: string): boolean {
  const [file = '', fragment] = target.split('#')
  const path = file === '' ? from : normalize(join(dirname(from), file))
  if (!existsSync(join(repositoryRoot, path))) return false
  return fragment === undefined || documents.some((one) => one.path === path && one.anchors.has(fragment))
}

test('every link inside the repository leads somewhere', () => {
  expect(documents.flatMap(brokenLinks)).toEqual([])
})

test('the rule itself notices a link to nowhere', () => {
  const document = {
    path: 'README.md',
    prose: '[a](no/such.md) [b](#no-such-heading)',
    blocks: [],
    anchors: new Set<string>(),
  }
  expect(brokenLinks(document)).toHaveLength(2)
})
