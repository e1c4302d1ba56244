import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { beforeAll, describe, expect, test } from 'vitest'

import { markdownFiles } from '../markdown-file.ts'
import { repositoryRoot } from '../repository-root.ts'

/** Inside this package, so that the blocks see the workspace's sources through its dependencies; `dist` is never committed. */
const folder = join(import.meta.dirname, '../dist/snippets')

const snippets = markdownFiles()
  .filter(({ path }) => /(^|\/)README\.md$|^docs\//.test(path))
  .flatMap(({ path, blocks }) =>
    blocks
      .filter(({ language }) => language === 'ts')
      .map(({ code, line }) => ({
        place: `${path}:${line}`,
        file: `${path.replaceAll('/', '.')}.${line}.ts`,
        code,
      })),
  )

async function typeErrors(): Promise<string> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { file, code } of snippets) writeFileSync(join(folder, file), code)
  const config = { extends: '@keepup/tsconfig/base.json', include: ['*.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(repositoryRoot, 'node_modules/.bin/tsc')
  const run = promisify(execFile)(tsc, ['--project', folder, '--pretty', 'false'], { cwd: folder })
  return run.then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  )
}

describe('code in documents', () => {
  let errors = ''
  beforeAll(async () => {
    errors = await typeErrors()
  }, 60_000)

  test('is there', () => {
    expect(snippets.length).toBeGreaterThan(0)
  })

  test.each(snippets)('$place type-checks', ({ file }) => {
    expect(errors.split('\n').filter((line) => line.startsWith(`${file}(`))).toEqual([])
  })

  test('has no other type error', () => {
    const elsewhere = errors.split('\n').filter((line) => /error TS/.test(line))
    expect(elsewhere.filter((line) => !snippets.some(({ file }) => line.startsWith(`${file}(`)))).toEqual([])
  })
})
