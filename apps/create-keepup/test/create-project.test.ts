import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { createProject } from '../src/create-project.ts'
import { findTemplates, listTemplates, TemplateError, templateVersions, writeTemplate } from '../src/index.ts'

const templates = findTemplates(new URL('../src/index.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'create-keepup-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Manifest {
  readonly name: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

function manifestOf(target: string): Manifest {
  return JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as Manifest // written a moment ago
}

function run(words: readonly string[]) {
  const said = { out: '', complaint: '' }
  const code = createProject(words, {
    templates,
    workingDirectory: folder,
    out: (text) => (said.out += text),
    complain: (text) => (said.complaint += text),
  })
  return { code, ...said }
}

describe.each(listTemplates(templates))('$name', ({ name }) => {
  const target = join(folder, `A ${name}!`)

  test('is written with every version put in, and a name of its own', () => {
    writeTemplate({ templates, name, target })
    const manifest = manifestOf(target)
    expect(manifest.name).toBe(`a-${name}`)
    expect(
      Object.entries(manifest.dependencies).filter(([, range]) => !/^\^\d+\.\d+\.\d+/.test(range)),
    ).toEqual([])
    expect(readdirSync(target)).toEqual(
      expect.arrayContaining(['.gitignore', 'README.md', 'main.ts', 'package.json']),
    )
    expect(readdirSync(target)).not.toContain('node_modules')
  })

  test('imports what it depends on, and depends on what it imports', () => {
    const code = readdirSync(target)
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(target, file), 'utf8'))
      .join('\n')
    const imported = [...code.matchAll(/from '((?:@[^/']+\/)?[^./'][^/']*)/g)].map(
      ([, module]) => module ?? '',
    )
    const packages = new Set(imported.filter((module) => !module.startsWith('node:')))
    expect(Object.keys(manifestOf(target).dependencies).toSorted()).toEqual([...packages].toSorted())
  })
})

test('versions are those of what is published', () => {
  expect(templateVersions(templates)).toMatchObject({
    '@keepup/core': expect.stringMatching(/^\d/) as unknown,
  })
  expect(templateVersions(templates)).not.toHaveProperty('@keepup/dashboard')
})

test('an empty folder that git keeps is taken, one that holds anything is left as it is', () => {
  const kept = join(folder, 'kept')
  mkdirSync(join(kept, '.git'), { recursive: true })
  expect(run([kept]).code).toBe(0)
  const full = join(folder, 'full')
  mkdirSync(full)
  writeFileSync(join(full, 'mine.txt'), 'mine')
  const { code, complaint } = run(['--template', 'minimal', full])
  expect([code, complaint]).toEqual([
    2,
    `error: ${full} is not empty: it holds mine.txt\nfix: name a folder that is new or empty; nothing was written\n`,
  ])
  expect(readdirSync(full)).toEqual(['mine.txt'])
})

test('a file in the place of the folder, a template that is none, a flag that is none and a word too many are told', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  expect(run([file]).complaint).toContain('is a file')
  expect(run(['x', '--template', '../../etc']).complaint).toContain('there is no template "../../etc"')
  expect(run(['x', '--template', '../../etc']).complaint).toContain('name one of minimal, ')
  expect(run(['x', '--shiny']).complaint).toContain("Unknown option '--shiny'")
  expect(run(['x', 'y']).complaint).toContain('"y" is one word too many')
  expect(readdirSync(folder)).not.toContain('x')
})

test('a place where no folder can be made is told as such', () => {
  const { code, complaint } = run(['/dev/null/x'])
  expect([code, complaint]).toEqual([2, expect.stringContaining('fix: name a folder')])
})

test('without a folder the templates are listed', () => {
  const { code, out } = run([])
  expect(code).toBe(2)
  for (const { name, description } of listTemplates(templates))
    expect(out).toMatch(new RegExp(`${name} +${description}`))
  expect(run(['--help']).code).toBe(0)
})

test('a package of the template whose version nobody knows is not guessed', () => {
  const own = join(folder, 'own')
  mkdirSync(join(own, 'minimal'), { recursive: true })
  writeFileSync(join(own, 'minimal/package.json'), '{"dependencies":{"@keepup/core":"workspace:*"}}')
  writeFileSync(join(own, 'versions.json'), '{}')
  const write = () => writeTemplate({ templates: own, name: 'minimal', target: join(folder, 'unknown') })
  expect(write).toThrow(TemplateError)
  expect(readdirSync(folder)).not.toContain('unknown')
})
