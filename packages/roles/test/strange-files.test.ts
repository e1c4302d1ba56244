import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import fc from 'fast-check'
import { expect, test, vi } from 'vitest'

import {
  agentRole,
  createRoleRegistry,
  fileOfRole,
  formatNames,
  loadRoleFile,
  loadRoles,
  rolePolicy,
  settleNames,
} from '../src/index.ts'
import { project } from './project.ts'
import { wholeFiles } from './whole-files.ts'

// KEEPUP_ROLE_FILES says how many files are tried, KEEPUP_SEED with which chance.
const count = Number(process.env['KEEPUP_ROLE_FILES'] ?? 150)
const seed = Number(process.env['KEEPUP_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

vi.setConfig({ testTimeout: Math.max(60_000, count * 50) })

const wholes = Object.entries(wholeFiles).flatMap(([, files]) => Object.entries(files))
const names = [
  ...wholes.map(([name]) => name),
  '.keepup/roles/a.json',
  '.keepup/roles/a.md',
  '.keepup/roles/a.yaml',
]
const keys = [
  ...new Set(
    wholes.flatMap(([, text]) => [...text.matchAll(/^\s*-?\s*([\w-]+):/gm)].map(([, key = '']) => key)),
  ),
]

/** A file that was whole, with pieces cut, doubled and put elsewhere. */
const mangled = fc
  .tuple(
    fc.constantFrom(...wholes),
    fc.array(fc.tuple(fc.nat(2_000), fc.nat(80), fc.string({ maxLength: 12, unit: 'binary' })), {
      maxLength: 6,
    }),
  )
  .map(([[name, text], cuts]) => ({
    name,
    text: cuts.reduce(
      (whole, [at, length, put]) => whole.slice(0, at) + put + whole.slice(at + length),
      text,
    ),
  }))

/** Any values under the names that the formats know. */
const scrambled = fc
  .tuple(
    fc.constantFrom(...names),
    fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 12 }),
  )
  .map(([name, value]) => {
    const json = JSON.stringify(
      name.endsWith('modes')
        ? { customModes: [value] }
        : name.endsWith('.jsonc')
          ? { agent: { a: value } }
          : value,
    )
    return { name, text: name.endsWith('.md') ? `---\n${json}\n---\n@a @b.md {file:x} !\`y\`` : json }
  })

const marks = fc
  .array(
    fc.constantFrom(
      '---\n',
      '- ',
      '? ',
      ': ',
      '&a ',
      '*a ',
      '[',
      ']',
      '{',
      '}',
      '|\n',
      '>\n',
      '!!x ',
      '"',
      "'",
      '#',
      '\t',
      '\n',
      ' ',
      'a',
      '<<: ',
      '%YAML',
      '\u0000',
      '\uFEFF',
      '🦆',
    ),
    { maxLength: 400 },
  )
  .chain((parts) =>
    fc
      .constantFrom(...names)
      .map((name) => ({ name, text: `${name.endsWith('.md') ? '---\n' : ''}${parts.join('')}` })),
  )

test('whatever a file holds, it is read or told, in bounded time; nothing else is thrown', () => {
  const folder = project({})
  let loaded = 0
  fc.assert(
    fc.property(
      fc.oneof(mangled, scrambled, marks),
      fc.option(fc.constantFrom(...formatNames)),
      ({ name, text }, format) => {
        const path = join(folder, name)
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, text)
        const before = process.cpuUsage().user
        const found = loadRoleFile({
          path,
          scope: 'project',
          within: folder,
          ...(format === null ? {} : { format }),
        })
        // In microseconds of this process: a bound on work, not on a busy machine.
        expect(process.cpuUsage().user - before).toBeLessThan(2_000_000)
        for (const problem of found.problems) {
          expect(problem.line).toBeGreaterThan(0)
          expect(problem.problem).not.toMatch(/undefined|TypeError|is not a function|Cannot read/)
        }
        for (const role of createRoleRegistry(settleNames(found.roles).roles).list()) {
          loaded += 1
          expect(JSON.parse(JSON.stringify(role))).toEqual(role)
          expect(typeof agentRole(role).system).toBe('string')
          rolePolicy(role, { root: folder })
          fileOfRole(role)
        }
      },
    ),
    { numRuns: count, seed },
  )
  expect(loaded).toBeGreaterThan(count / 50)
  expect(loadRoles({ folder, scope: 'project' }).problems.length).toBeGreaterThanOrEqual(0)
})
