import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { committedFiles } from '../committed-files.ts'
import { repositoryRoot } from '../repository-root.ts'

const files = committedFiles()
  .filter((path) => !/\.(png|jpg|gif|woff2|db|gz)$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(repositoryRoot, path), 'utf8') }))

function mentions(pattern: RegExp): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  )
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

test('no file names a package registry: whose it is, is the business of the machine', () => {
  const configured = process.env['npm_config_registry']
  const host = configured === undefined ? [] : [literally(new URL(configured).host)]
  const pattern = new RegExp([String.raw`https?://(npm|registry)\.`, ...host].join('|'))
  expect(mentions(pattern)).toEqual([])
})

test('no file names a folder of the machine it was written on', () => {
  const places = [repositoryRoot, homedir()].filter((place) => place.length > 1).map(literally)
  expect(mentions(new RegExp(`(^|[^\\w.])(${places.join('|')})(/|\\b)`))).toEqual([])
})

test('the lockfile holds no address', () => {
  expect(files.find(({ path }) => path === 'pnpm-lock.yaml')?.text).not.toMatch(/https?:\/\//)
})
