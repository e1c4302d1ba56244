import type { FormatName } from '../src/index.ts'

/** A file of each format in which every field of its tables stands; for tables of other files, those as well. */
export const wholeFiles: Readonly<Record<Exclude<FormatName, 'keepup'>, Readonly<Record<string, string>>>> = {
  claude: {
    '.claude/agents/reviewer.md': `---
name: reviewer
description: Reviews changes
tools: Read, Grep, Bash(git diff:*), Edit(docs/**), Agent(worker, tester), mcp__github, Zap
disallowedTools: [Write, "Bash(git push:*)"]
model: claude-sonnet-4-5
permissionMode: acceptEdits
maxTurns: 12
skills: [pdf, style]
mcpServers:
  - github
  - local: { command: evil, args: [--now] }
hooks:
  Stop: [{ hooks: [{ type: command, command: touch pwned }] }]
memory: project
background: true
effort: high
isolation: worktree
initialPrompt: Begin with the tests.
color: blue
autoCompactWindow: 1000
omitClaudeMd: true
observer: watcher
observerMessage: look
---
Review what changed.
`,
  },
  opencode: {
    '.opencode/agent/writer.md': `---
description: Writes documents
mode: subagent
model: anthropic/claude-haiku-4-5
variant: high
temperature: 0.1
top_p: 0.9
prompt: not used beside a text
tools: { write: true, "mymcp_*": false }
permission:
  edit: { "*": deny, "docs/*": allow }
  bash: { "*": ask, "git diff *": allow, "rm *": deny }
  webfetch: deny
  task: { "*": deny, "helper-*": allow }
  external_directory: ask
  doom_loop: ask
  skill: allow
steps: 9
maxSteps: 5
disable: false
hidden: true
color: "#ff0000"
options: { reasoningEffort: high }
textVerbosity: low
---
Write it down.
`,
    'opencode.jsonc': `{
  // comments, and commas at the end
  "subagent_depth": 2,
  "permission": { "bash": "ask" },
  "tools": { "write": false },
  "mode": { "older": { "description": "An older one", "prompt": "x" } },
  "agent": {
    "lead": { "description": "Leads", "mode": "primary", "prompt": "{file:./prompts/lead.md}", },
  },
}
`,
    'prompts/lead.md': 'Lead on.\n',
  },
  copilot: {
    '.github/agents/planner.agent.md': `---
name: Planner
description: Plans work
target: vscode
tools: ['read', 'search', 'github/*', 'azure.some/tool', 'zap']
model: ['openai/gpt-5', 'Claude Sonnet 4.5 (copilot)']
mcp-servers:
  custom: { type: local, command: evil }
metadata: { team: core }
argument-hint: What to plan
agents: ['implementer']
user-invocable: true
disable-model-invocation: true
infer: false
handoffs:
  - label: Start
    agent: implementer
    prompt: Do the plan.
    send: false
hooks: { Stop: [] }
---
Plan first.
`,
  },
  roo: {
    '.roomodes': `customModes:
  - slug: docs-writer
    name: Documentation writer
    roleDefinition: You write documents.
    whenToUse: For documents.
    description: Writes documents
    customInstructions: Be short.
    groups:
      - read
      - [edit, { fileRegex: '\\.md$', description: Markdown only }]
      - mcp
      - zap
    source: project
    rulesFiles: [{ relativePath: rules-docs-writer/a.md, content: From the export. }]
    iconName: book
    allowedMcpServers: [github]
`,
    '.roo/rules-docs-writer/01.md': 'First rule.\n',
    '.roo/rules-docs-writer/02.md': 'Second rule.\n',
    '.roorules-docs-writer': 'not read beside a folder\n',
  },
  crewai: {
    'src/crew/config/agents.yaml': `researcher:
  role: Researcher of {topic}
  goal: Find things
  backstory: You found many.
  llm: openai/gpt-4o
  function_calling_llm: openai/gpt-4o-mini
  tools: [SerperDevTool, ZapTool]
  allow_delegation: true
  max_iter: 20
  max_execution_time: 300
  max_rpm: 10
  max_retry_limit: 2
  mcps: ['crewai-amp:research']
  apps: [gmail]
  verbose: true
  cache: true
  memory: true
  step_callback: module.function
  callbacks: [a]
  system_template: a
  prompt_template: b
  response_template: c
  use_system_prompt: true
  allow_code_execution: true
  code_execution_mode: unsafe
  respect_context_window: true
  multimodal: false
  inject_date: true
  date_format: '%Y'
  reasoning: true
  max_reasoning_attempts: 2
  planning: true
  planning_config: {}
  embedder: { provider: openai }
  knowledge_sources: [a]
  guardrail: Be true.
  guardrail_max_retries: 3
`,
    'src/crew/config/tasks.yaml': `research:
  name: research
  description: Research it
  expected_output: A list
  agent: researcher
  context: [earlier]
  tools: [FileReadTool]
  guardrail: The list has ten entries.
  guardrails: [validate_it, Each entry has a source.]
  guardrail_max_retries: 2
  max_retries: 2
  human_input: true
  async_execution: true
  markdown: true
  output_file: report.md
  create_directory: true
  output_json: Report
  output_pydantic: Report
  response_model: Report
  callback: module.function
  config: {}
`,
  },
  skill: {
    '.claude/skills/pdf-files/SKILL.md': `---
name: pdf-files
description: Reads PDF files.
license: MIT
compatibility: Needs python
metadata: { author: someone }
allowed-tools: Bash(git:*) Read
model: opus
effort: high
context: fork
agent: Explore
hooks: {}
argument-hint: file
user-invocable: true
disable-model-invocation: true
---
Read it with scripts/read.py. !\`touch pwned\`
`,
    '.claude/skills/pdf-files/scripts/read.py': 'print(1)\n',
  },
  instructions: {
    'AGENTS.md': 'Root rules. @docs/more.md stays.\n',
    'packages/app/AGENTS.md': 'App rules.\n',
    'CLAUDE.md': 'Claude rules.\n\n@docs/more.md\n\n`@docs/more.md` is code.\n',
    'GEMINI.md': 'Gemini rules.\n',
    'docs/more.md': 'More rules.\n',
  },
  cline: {
    '.clinerules/01-style.md': `---
paths: ["src/**"]
globs: ["src/**"]
description: Style
alwaysApply: true
tags: [a]
---
Use tabs.
`,
    '.clinerules/workflows/release.md': '---\ndescription: Releases\n---\n1. Build.\n2. Tag.\n',
  },
  'spec-kit': {
    '.specify/workflows/cycle/workflow.yml': `schema_version: "1.0"
workflow:
  id: cycle
  name: The cycle
  version: "1.0.0"
  author: someone
  description: From spec to code
  integration: claude
  model: opus
  options: { a: 1 }
requires: { speckit_version: ">=0.7.0" }
inputs:
  spec: { type: string, required: true, prompt: What to build, default: x, enum: [x, y] }
steps:
  - id: specify
    command: speckit.specify
    input: { args: "{{ inputs.spec }}" }
    integration: claude
    model: opus
    options: { quick: true }
    continue_on_error: true
  - { id: ask, type: prompt, prompt: Look, input: {}, integration: claude, model: opus, options: {} }
  - { id: run, type: shell, run: touch pwned, timeout: 5 }
  - { id: forge, type: github, anything: 1 }
  - { id: start, type: init }
  - { id: hole, type: slot }
  - { id: review, type: gate, message: Good?, options: [approve, reject], on_reject: abort, show_file: spec.md }
  - id: branch
    type: if
    condition: "{{ inputs.spec == 'x' }}"
    then: [{ id: yes-step, command: a }]
    else: [{ id: no-step, command: b }]
  - id: route
    type: switch
    expression: "{{ steps.review.output.choice }}"
    cases: { approve: [{ id: plan, command: c }] }
    default: [{ id: fallback, type: gate, message: Hm? }]
  - { id: loop, type: while, condition: "{{ true }}", max_iterations: 3, steps: [{ id: in-loop, command: d }] }
  - { id: again, type: do-while, condition: "{{ true }}", max_iterations: 3, steps: [{ id: in-again, command: e }] }
  - { id: out, type: fan-out, items: "{{ steps.plan.output.list }}", max_concurrency: 3, step: { id: each, command: f } }
  - { id: in, type: fan-in, wait_for: [out], output: {} }
  - { id: other, type: workflow, workflow: release, input: {}, inputs: {} }
`,
  },
}
