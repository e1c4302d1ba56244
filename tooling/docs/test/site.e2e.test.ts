import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { repositoryRoot } from '@keepup/repository/repository-root'
import { expect, test } from 'vitest'

const docs = join(repositoryRoot, 'docs')
const site = join(docs, 'dist/site')

test('the whole site is made, with a page for what each package exports', { timeout: 400_000 }, async () => {
  const run = promisify(execFile)
  await run(process.execPath, ['--conditions=@keepup/source', 'tooling/docs/write-site.ts'], {
    cwd: repositoryRoot,
  })
  await run(join(docs, 'node_modules/.bin/vitepress'), ['build'], { cwd: docs, maxBuffer: 16 * 1024 * 1024 })
  const list = readFileSync(join(site, 'llms.txt'), 'utf8')
  expect(list).toContain('](/cli/run.md)')
  expect(list).toContain('[@keepup/core](/reference/core/index.md)')
  const listed = [...list.matchAll(/\]\(\/([^)]+)\)/g)].map(([, page]) => page ?? '')
  expect(listed.length).toBeGreaterThan(100)
  // Each page is there as Markdown, and as a page for people.
  const missing = listed.filter(
    (page) => !existsSync(join(site, page)) || !existsSync(join(site, page.replace(/\.md$/, '.html'))),
  )
  expect(missing).toEqual([])
  expect(readFileSync(join(site, 'reference/runtime/index.html'), 'utf8')).toContain('createRuntime')
})
