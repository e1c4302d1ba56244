import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { instructionsFor, loadRoles } from '../../src/index.ts'
import { left, load, problems, project } from '../project.ts'
import { wholeFiles } from '../whole-files.ts'

describe('every field of', () => {
  test('a skill', () => {
    const loaded = load(wholeFiles.skill, 'skill')
    expect(loaded.skills).toMatchObject([
      {
        name: 'pdf-files',
        description: 'Reads PDF files.',
        license: 'MIT',
        compatibility: 'Needs python',
        tools: ['shell', 'shell_output', 'shell_input', 'shell_kill', 'read'],
        metadata: { author: 'someone', model: 'opus' },
        text: 'Read it with scripts/read.py. !`touch pwned`',
        files: ['scripts/read.py'],
      },
    ])
    expect(left(loaded)).toEqual([
      'model',
      'effort',
      'context',
      'agent',
      'hooks',
      'argument-hint',
      'user-invocable',
      'disable-model-invocation',
      'text',
    ])
    expect(loaded.unmapped.at(-1)).toMatchObject({ line: 17, value: '"touch pwned"' })
  })

  test('AGENTS.md and its kin, of which the nearest counts, or all above', () => {
    const folder = project({ ...wholeFiles.instructions, 'packages/app/CLAUDE.md': 'App too.' })
    const { instructions } = loadRoles({ folder, scope: 'project', formats: ['instructions'] })
    expect(instructions.map(({ family, folder: about, text }) => [family, about, text])).toEqual([
      ['AGENTS.md', '', 'Root rules. @docs/more.md stays.'],
      ['CLAUDE.md', '', 'Claude rules.\n\nMore rules.\n\n`@docs/more.md` is code.'],
      ['GEMINI.md', '', 'Gemini rules.'],
      ['AGENTS.md', 'packages/app', 'App rules.'],
      ['CLAUDE.md', 'packages/app', 'App too.'],
    ])
    expect(instructions[1]?.imports).toEqual([join(folder, 'docs/more.md')])
    const texts = (path: string, family: 'AGENTS.md' | 'CLAUDE.md') =>
      instructionsFor(instructions, path, family).map(({ text }) => text)
    expect(texts('packages/app/src/a.ts', 'AGENTS.md')).toEqual(['App rules.'])
    expect(texts('packages/apple/a.ts', 'AGENTS.md')).toEqual(['Root rules. @docs/more.md stays.'])
    expect(texts('packages/app/a.ts', 'CLAUDE.md')).toHaveLength(2)
  })

  test('rules and workflows of Cline', () => {
    const loaded = load({ ...wholeFiles.cline, '.clinerules/02-all.txt': 'All.' }, 'cline')
    expect(loaded.instructions).toMatchObject([
      { family: 'cline', folder: '', paths: ['src/**'], text: 'Use tabs.' },
      { text: 'All.' },
    ])
    expect(instructionsFor(loaded.instructions, 'src/a/b.ts', 'cline')).toHaveLength(2)
    expect(instructionsFor(loaded.instructions, 'docs/b.md', 'cline')).toHaveLength(1)
    expect(loaded.workflows).toMatchObject([
      { name: 'release', description: 'Releases', text: '1. Build.\n2. Tag.' },
    ])
    expect(left(loaded)).toEqual(['description', 'alwaysApply', 'tags'])
    expect(load({ '.clinerules': 'One file.' }, 'cline').instructions).toMatchObject([{ text: 'One file.' }])
  })

  test('a workflow of Spec Kit', () => {
    const loaded = load(wholeFiles['spec-kit'], 'spec-kit')
    const [workflow] = loaded.workflows
    expect(problems(loaded)).toEqual([])
    expect(workflow).toMatchObject({ name: 'cycle', version: '1.0.0', description: 'From spec to code' })
    expect(workflow?.inputs).toEqual([
      {
        name: 'spec',
        type: 'string',
        required: true,
        default: 'x',
        prompt: 'What to build',
        values: ['x', 'y'],
      },
    ])
    expect(workflow?.steps.map(({ type }) => type)).toEqual([
      'command',
      'prompt',
      'shell',
      'github',
      'init',
      'slot',
      'gate',
      'if',
      'switch',
      'while',
      'do-while',
      'fan-out',
      'fan-in',
      'workflow',
    ])
    expect(workflow?.steps[0]).toMatchObject({
      text: 'speckit.specify',
      continueOnError: true,
      input: { args: '{{ inputs.spec }}' },
      integration: 'claude',
      model: 'opus',
    })
    expect(workflow?.steps[6]).toMatchObject({
      text: 'Good?',
      options: ['approve', 'reject'],
      onReject: 'abort',
    })
    expect(workflow?.steps[8]?.branches).toMatchObject({
      'cases.approve': [{ id: 'plan' }],
      default: [{ id: 'fallback' }],
    })
    expect(workflow?.steps[11]).toMatchObject({
      maxConcurrency: 3,
      branches: { step: [{ id: 'each', text: 'f' }] },
    })
    expect(workflow?.steps[12]).toMatchObject({ waitFor: ['out'], output: {} })
    expect(left(loaded)).toEqual([
      'requires',
      'workflow.integration',
      'workflow.model',
      'workflow.options',
      'steps.0.options',
      'steps.1.options',
      'steps.2.timeout',
      'steps.3.anything',
      'steps.6.show_file',
    ])
  })
})

test('nothing of any file is run, and nothing is written', () => {
  const folder = project(Object.assign({}, ...Object.values(wholeFiles)))
  const { roles, skills, workflows, tasks, instructions } = loadRoles({ folder, scope: 'project' })
  expect([roles.length, skills.length, workflows.length, tasks.length]).toEqual([7, 1, 2, 1])
  expect(instructions.length).toBeGreaterThan(4)
  expect(existsSync(join(folder, 'pwned'))).toBe(false)
  expect(existsSync(join(folder, 'report.md'))).toBe(false)
})
