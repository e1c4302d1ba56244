import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { commandExplainer, permissionPolicy, type PermissionRule } from '../src/index.ts'
import { shellCall } from './guarded-call.ts'

interface Corpus {
  readonly mustNotRun: readonly { readonly command: string }[]
  readonly benign: readonly { readonly command: string; readonly profile: string }[]
}

const folder = process.env['KEEPUP_SHARED'] ?? join(import.meta.dirname, '../../../../shared')
const path = join(folder, 'data/shell-corpus.json')
const isHere = existsSync(path)
if (!isHere)
  console.warn('the shared corpus is not here: its tests are skipped; KEEPUP_SHARED names its folder')

describe.skipIf(!isHere)('the shared corpus, through the policy', () => {
  const corpus = (isHere ? JSON.parse(readFileSync(path, 'utf8')) : { mustNotRun: [], benign: [] }) as Corpus
  const decide = permissionPolicy({ root: '/workspace', home: '/home/ada' })

  test.each(['plan', 'ask', 'auto-edit', 'auto'] as const)('nothing hostile runs in mode %s', (mode) => {
    expect(corpus.mustNotRun.length).toBeGreaterThan(200)
    const ran = corpus.mustNotRun.filter(({ command }) => decide(shellCall(command, mode)).type === 'allow')
    expect(ran).toEqual([])
  })

  test.each([
    ['ask', 'read-only'],
    ['auto', 'developer'],
  ] as const)('mode %s asks about at most 2 of 100 benign commands of profile %s', (mode, profile) => {
    const benign = corpus.benign.filter((one) => profile === 'developer' || one.profile === profile)
    const asked = benign.filter(({ command }) => decide(shellCall(command, mode)).type !== 'allow')
    expect(asked.length).toBeLessThanOrEqual(benign.length * 0.02)
  })

  test('where rm is denied and everything else allowed, nothing benign is asked about', () => {
    const rules: readonly PermissionRule[] = [
      { decision: 'allow', command: '*' },
      { decision: 'deny', command: 'rm', prefix: true },
    ]
    const explain = commandExplainer(
      { rules: [{ source: 'r', rules }] },
      { root: '/workspace', home: '/home/ada' },
    )
    expect(corpus.benign.filter(({ command }) => explain(command).decision !== 'allow')).toEqual([])
  })
})
