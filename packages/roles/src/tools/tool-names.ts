/** Ways to change a file in place: which of them a run has depends on its model. */
export const editTools = ['edit', 'multi_edit', 'apply_patch'] as const

/** Commands, and what belongs to those that stay in the background. */
const shellTools = ['shell', 'shell_output', 'shell_input', 'shell_kill'] as const

const lookTools = ['read', 'ls', 'glob', 'grep'] as const
const codeTools = ['diagnostics', 'definition', 'references', 'symbols'] as const
const webTools = ['web_fetch', 'web_search'] as const
const delegation = ['delegate_to_agent'] as const

/** What other programs call tools, and which of keepup's do that. Empty: nothing here does. */
export const toolTable: Readonly<Record<string, readonly string[]>> = {
  // Claude Code
  Read: ['read'],
  NotebookRead: ['read'],
  Write: ['write'],
  Edit: editTools,
  MultiEdit: editTools,
  NotebookEdit: editTools,
  Bash: shellTools,
  PowerShell: shellTools,
  BashOutput: ['shell_output'],
  KillShell: ['shell_kill'],
  KillBash: ['shell_kill'],
  Glob: ['glob'],
  Grep: ['grep'],
  LS: ['ls'],
  LSP: codeTools,
  WebFetch: ['web_fetch'],
  WebSearch: ['web_search'],
  TodoWrite: ['todo'],
  TodoRead: ['todo'],
  Task: delegation,
  Agent: delegation,
  AskUserQuestion: ['ask_user'],
  Skill: [],
  ExitPlanMode: [],
  // opencode
  bash: shellTools,
  list: ['ls'],
  webfetch: ['web_fetch'],
  websearch: ['web_search'],
  codesearch: [],
  todowrite: ['todo'],
  todoread: ['todo'],
  task: delegation,
  question: ['ask_user'],
  lsp: codeTools,
  patch: ['apply_patch'],
  skill: [],
  // GitHub Copilot and VS Code
  execute: shellTools,
  powershell: shellTools,
  view: ['read'],
  search: ['grep', 'glob', 'ls', ...codeTools],
  agent: delegation,
  'custom-agent': delegation,
  web: webTools,
  fetch: ['web_fetch'],
  codebase: ['grep', 'glob', 'ls'],
  usages: ['references', 'definition'],
  problems: ['diagnostics'],
  changes: [],
  editFiles: [...editTools, 'write'],
  createFile: ['write'],
  readFile: ['read'],
  runCommands: shellTools,
  runTasks: shellTools,
  runInTerminal: shellTools,
  terminalLastCommand: ['shell_output'],
  runSubagent: delegation,
  todos: ['todo'],
  githubRepo: [],
  findTestFiles: ['glob'],
  textSearch: ['grep'],
  fileSearch: ['glob'],
  listDirectory: ['ls'],
  // Roo, Kilo and Cline
  read_file: ['read'],
  list_files: ['ls', 'glob'],
  search_files: ['grep'],
  codebase_search: ['grep', 'glob'],
  list_code_definition_names: ['symbols'],
  write_to_file: ['write'],
  apply_diff: editTools,
  insert_content: editTools,
  search_and_replace: editTools,
  replace_in_file: editTools,
  execute_command: shellTools,
  browser_action: ['computer', 'computer_view'],
  ask_followup_question: ['ask_user'],
  update_todo_list: ['todo'],
  new_task: delegation,
  // Gemini CLI
  read_many_files: ['read'],
  write_file: ['write'],
  replace: editTools,
  run_shell_command: shellTools,
  list_directory: ['ls'],
  search_file_content: ['grep'],
  google_web_search: ['web_search'],
  // CrewAI
  FileReadTool: ['read'],
  FileWriterTool: ['write'],
  DirectoryReadTool: ['ls', 'glob'],
  ScrapeWebsiteTool: ['web_fetch'],
  SerperDevTool: ['web_search'],
  WebsiteSearchTool: ['web_fetch'],
  CodeInterpreterTool: ['code'],
}

/** The tools of keepup itself, by which roles of its own and others' may name them. */
export const ownTools: readonly string[] = [
  ...lookTools,
  'write',
  ...editTools,
  ...shellTools,
  ...webTools,
  ...codeTools,
  'rename',
  'todo',
  'think',
  'ask_user',
  'code',
  'computer',
  'computer_view',
  ...delegation,
]

/** What Roo calls a group of tools. */
export const toolGroups: Readonly<Record<string, readonly string[]>> = {
  read: [...lookTools, ...codeTools],
  edit: [...editTools, 'write', 'rename'],
  browser: ['computer', 'computer_view', ...webTools],
  command: shellTools,
  mcp: ['mcp__*'],
  modes: delegation,
}

/** Tools of Copilot whose short names mean several of ours. */
export const copilotAliases: Readonly<Record<string, readonly string[]>> = {
  edit: [...editTools, 'write', 'rename'],
  read: ['read', 'ls'],
  todo: ['todo'],
  shell: shellTools,
}
