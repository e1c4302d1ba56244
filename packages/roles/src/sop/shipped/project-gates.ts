import type { CommandGate, FilesGate } from '../definition/gate.ts'
import type { Sop, SopPhase } from '../definition/sop.ts'

/** Where the tests of most projects lie. */
export const testFiles: readonly string[] = [
  '**/test/**',
  '**/tests/**',
  '**/__tests__/**',
  '**/*.test.*',
  '**/*.spec.*',
  '**/test_*.py',
  '**/*_test.*',
]

/** What says how tests are run: whoever may change it makes any test pass. */
const harnessFiles: readonly string[] = [
  'package.json',
  'Makefile',
  '**/{vitest,vite,jest,playwright,ava,karma}.config.*',
  '**/.mocharc*',
  '**/{pytest.ini,tox.ini,conftest.py,pyproject.toml,setup.cfg}',
]

/** Commands that a project replaces by its own: `--command test="make check"`. */
export const projectCommands: NonNullable<Sop['commands']> = { test: ['npm', 'test'] }

/** The tests pass. */
export const green: CommandGate = { kind: 'command', id: 'green', run: 'test', timeoutMs: 1_200_000 }

/** The tests fail, and not because they cannot be run. */
export const red: CommandGate = { ...green, id: 'red', expect: { exit: 'nonzero' } }

/** Tests are left alone. */
export const testsStay: FilesGate = {
  kind: 'files',
  id: 'tests-stay',
  mustNotChange: [...testFiles, ...harnessFiles],
}

/** How tests are run is left alone. */
export const harnessStays: FilesGate = { kind: 'files', id: 'harness-stays', mustNotChange: harnessFiles }

/** A test was written. */
export const testWritten: FilesGate = {
  kind: 'files',
  id: 'test-written',
  mustChange: testFiles,
  onlyChange: testFiles,
}

/** How procedures end. */
export const ends: Readonly<Record<'done' | 'given-up', SopPhase>> = {
  done: { final: 'completed' },
  'given-up': { final: 'failed' },
}
