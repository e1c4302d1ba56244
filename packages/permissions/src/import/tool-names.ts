/** What others call tools, and what they are called here. Their own names are kept beside, for tools that have them. */
const known: Readonly<Record<string, readonly string[]>> = {
  Read: ['read'],
  NotebookRead: ['read'],
  read_file: ['read'],
  read_many_files: ['read'],
  Edit: ['edit', 'write'],
  MultiEdit: ['edit', 'write'],
  NotebookEdit: ['edit', 'write'],
  edit: ['edit', 'write'],
  apply_patch: ['edit', 'write'],
  replace: ['edit'],
  Write: ['write', 'edit'],
  write_file: ['write'],
  Grep: ['grep'],
  grep_search: ['grep'],
  search_file_content: ['grep'],
  Glob: ['glob'],
  LS: ['list'],
  list_directory: ['list'],
  WebFetch: ['web_fetch', 'webfetch', 'fetch'],
  web_fetch: ['web_fetch', 'webfetch', 'fetch'],
  webfetch: ['web_fetch', 'webfetch', 'fetch'],
  WebSearch: ['web_search', 'websearch'],
  google_web_search: ['web_search', 'websearch'],
  websearch: ['web_search', 'websearch'],
  TodoWrite: ['todo_write', 'todowrite'],
  Task: ['delegate_to_agent', 'task'],
  Agent: ['delegate_to_agent', 'task'],
  task: ['delegate_to_agent', 'task'],
}

/** The names here of a tool of others. */
export function toolNames(name: string): readonly string[] {
  return [...new Set([...(Object.hasOwn(known, name) ? (known[name] ?? []) : []), name])]
}
