import { describe, expect, test } from 'vitest'

import { left, load, problems } from '../project.ts'
import { wholeFiles } from '../whole-files.ts'

const shell = ['shell', 'shell_output', 'shell_input', 'shell_kill']
const edits = ['edit', 'multi_edit', 'apply_patch']
const look = ['read', 'ls', 'glob', 'grep', 'diagnostics', 'definition', 'references', 'symbols']

describe('every field of', () => {
  test('a subagent of Claude Code', () => {
    const loaded = load(wholeFiles.claude, 'claude')
    expect(loaded.roles).toMatchObject([
      {
        name: 'reviewer',
        description: 'Reviews changes',
        system: 'Review what changed.',
        tools: ['read', 'grep', 'mcp__github__*', 'delegate_to_agent', ...shell, ...edits],
        withheldTools: ['write'],
        delegates: { to: ['worker', 'tester'] },
        model: 'anthropic/claude-sonnet-4-5',
        mode: 'auto-edit',
        limits: { turns: 12 },
        skills: ['pdf', 'style'],
        servers: ['github', 'local'],
        memory: 'project',
        background: true,
        isolation: 'worktree',
        opening: 'Begin with the tests.',
        source: {
          format: 'claude',
          scope: 'project',
          line: 1,
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      },
    ])
    expect(loaded.roles[0]?.rules).toEqual([
      ...[...shell, ...edits].map((tool) => ({ decision: 'deny', tool })),
      { decision: 'allow', tool: 'shell', command: 'git diff *' },
      ...edits.map((tool) => ({ decision: 'allow', tool, path: 'docs/*' })),
      { decision: 'deny', tool: 'shell', command: 'git push *' },
    ])
    expect(Object.keys(loaded.roles[0]?.metadata ?? {})).toEqual([
      'hooks',
      'effort',
      'color',
      'autoCompactWindow',
      'omitClaudeMd',
      'observer',
      'observerMessage',
    ])
    expect(left(loaded)).toEqual(['tools', 'mcpServers', ...Object.keys(loaded.roles[0]?.metadata ?? {})])
    expect(loaded.unmapped.find(({ key }) => key === 'hooks')).toMatchObject({ line: 13 })
    expect(problems(loaded)).toEqual([])
  })

  test('an agent of opencode, in Markdown and in its configuration', () => {
    const loaded = load(wholeFiles.opencode, 'opencode')
    const [older, lead, writer] = loaded.roles
    expect(older).toMatchObject({ name: 'older', system: 'x', source: { line: 6 } })
    expect(lead).toMatchObject({
      name: 'lead',
      system: 'Lead on.',
      chosenBy: 'people',
      delegates: { maxDepth: 2 },
    })
    expect(writer).toMatchObject({
      name: 'writer',
      system: 'Write it down.',
      chosenBy: 'agents',
      model: 'anthropic/claude-haiku-4-5',
      limits: { turns: 9 },
      delegates: { to: ['!*', 'helper-*'] },
    })
    expect(writer?.rules).toEqual(
      expect.arrayContaining([
        { decision: 'deny', tool: 'mcp__mymcp__*' },
        { decision: 'deny', tool: 'edit' },
        { decision: 'allow', tool: 'edit', path: 'docs/*' },
        { decision: 'ask', tool: 'shell' },
        { decision: 'allow', tool: 'shell', command: 'git diff *' },
        { decision: 'deny', tool: 'shell', command: 'rm *' },
        { decision: 'deny', tool: 'web_fetch' },
      ]),
    )
    expect(left(loaded).toSorted()).toEqual(
      [
        'permission',
        'tools',
        'variant',
        'temperature',
        'top_p',
        'permission.external_directory',
        'permission.doom_loop',
        'permission.skill',
        'color',
        'options',
        'textVerbosity',
      ].toSorted(),
    )
    expect(problems(loaded)).toEqual([])
  })

  test('a custom agent of Copilot and VS Code, and an older chat mode', () => {
    const loaded = load(
      {
        ...wholeFiles.copilot,
        '.github/chatmodes/old.chatmode.md': '---\ndescription: Old\ntools: [codebase]\n---\nx',
      },
      'copilot',
    )
    expect(loaded.roles).toMatchObject([
      {
        name: 'Planner',
        description: 'Plans work',
        system: 'Plan first.',
        tools: ['read', 'ls', 'grep', 'glob', ...look.slice(4), 'mcp__github__*', 'mcp__azure.some__tool'],
        model: 'openai/gpt-5',
        servers: ['custom'],
        delegates: { to: ['implementer'] },
        chosenBy: 'people',
        handoffs: [{ label: 'Start', to: 'implementer', prompt: 'Do the plan.', send: false }],
        metadata: { target: 'vscode', team: 'core', 'argument-hint': 'What to plan', hooks: { Stop: [] } },
      },
      { name: 'old', tools: ['grep', 'glob', 'ls'] },
    ])
    expect(left(loaded)).toEqual(['tools', 'model', 'mcp-servers', 'argument-hint', 'hooks'])
    expect(problems(loaded)).toEqual([])
  })

  test('a mode of Roo and Kilo, with the rules that lie beside it', () => {
    const loaded = load(wholeFiles.roo, 'roo')
    expect(loaded.roles).toMatchObject([
      {
        name: 'docs-writer',
        description: 'Writes documents\n\nFor documents.',
        system: 'You write documents.\n\nBe short.\n\nFrom the export.\n\nFirst rule.\n\nSecond rule.',
        tools: [...look, ...edits, 'write', 'rename', 'mcp__github__*'],
        metadata: { title: 'Documentation writer', source: 'project', iconName: 'book' },
        source: { line: 2 },
      },
    ])
    const changing = [...edits, 'write', 'rename']
    expect(loaded.roles[0]?.rules).toEqual([
      ...changing.map((tool) => ({ decision: 'deny', tool })),
      ...changing.map((tool) => ({ decision: 'allow', tool, pathPattern: '\\.md$' })),
    ])
    expect(left(loaded)).toEqual([
      'customModes.0.groups.1.1.description',
      'customModes.0.groups.3',
      'customModes.0.iconName',
    ])
    const kilo = load({
      '.kilocodemodes': '{"customModes":[{"slug":"k","name":"K","roleDefinition":"R","groups":[]}]}',
      '.roorules-k': 'From the file.',
    })
    expect(kilo.roles).toMatchObject([{ name: 'k', system: 'R\n\nFrom the file.', tools: [] }])
  })

  test('agents and tasks of CrewAI', () => {
    const loaded = load(wholeFiles.crewai, 'crewai')
    expect(loaded.roles).toMatchObject([
      {
        name: 'researcher',
        description: 'Researcher of {topic}',
        system: 'Researcher of {topic}\n\nYour goal: Find things\n\nYou found many.',
        model: 'openai/gpt-4o',
        tools: ['web_search'],
        delegates: { to: ['*'] },
        limits: { turns: 20, time: 300_000 },
        servers: ['crewai-amp:research'],
      },
    ])
    expect(loaded.tasks).toMatchObject([
      {
        name: 'research',
        description: 'Research it',
        expectedOutput: 'A list',
        role: 'researcher',
        context: ['earlier'],
        tools: ['read'],
        guardrails: ['The list has ten entries.', 'Each entry has a source.'],
        retries: 2,
        humanInput: true,
        background: true,
        markdown: true,
        outputFile: 'report.md',
        source: { line: 1 },
      },
    ])
    expect(left(loaded)).toHaveLength(36)
    expect(loaded.unmapped.find(({ key }) => key === 'researcher.role')).toMatchObject({
      value: '["topic"]',
      line: 2,
    })
    expect(problems(loaded)).toEqual([])
  })

  test('a role of keepup itself, in JSON, YAML and Markdown', () => {
    const role = {
      name: 'whole',
      description: 'All of it',
      system: 'Words',
      model: 'openai/gpt-5',
      tools: ['read', 'mcp__*'],
      withheldTools: ['write'],
      rules: [{ decision: 'deny', tool: 'edit', pathPattern: '^src/' }],
      mode: 'auto',
      skills: ['a'],
      servers: ['b'],
      memory: 'local',
      delegates: { to: ['*'], maxDepth: 1, maxChildren: 2, maxConcurrent: 1 },
      handoffs: [{ label: 'Next', to: 'other' }],
      isolation: 'container',
      background: false,
      chosenBy: 'people',
      opening: 'Begin.',
      sop: 'tdd',
      a2a: { skills: [{ id: 'x', name: 'X', description: 'Does x', tags: ['t'], examples: ['e'] }] },
      metadata: { any: [1] },
    }
    const limits = { turns: 3, time: '90s', tokens: 1_000, money: 0.5 }
    const loaded = load({
      '.keepup/roles/whole.json': JSON.stringify({ $schema: 'x', ...role, limits }),
      '.keepup/roles/short.md': '---\ndescription: Short\nmode: plan\n---\nBe short.',
      '.keepup/roles/other.yaml': 'system: Other\n',
    })
    expect(problems(loaded)).toEqual([])
    const [other, short, whole] = loaded.roles
    expect(whole).toEqual({
      ...role,
      limits: { turns: 3, time: 90_000, tokens: 1_000, money: 500_000_000 },
      source: expect.objectContaining({ format: 'keepup' }),
    })
    expect(short).toMatchObject({ name: 'short', description: 'Short', mode: 'plan', system: 'Be short.' })
    expect(other).toMatchObject({ name: 'other', description: '', system: 'Other' })
  })
})
