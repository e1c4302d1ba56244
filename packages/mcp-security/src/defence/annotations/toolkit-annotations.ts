import type { ToolAnnotation, ToolAnnotations } from '../rules/tool-annotation.ts'

const read: ToolAnnotation = { effect: 'read' }
/** The call repeats what the model said. */
const echo: ToolAnnotation = { effect: 'read', echoes: true }
/** Code and text for programs that are under way: only a user who wrote it out has asked for it. */
const runs = (pointer: string): ToolAnnotation => ({
  effect: 'egress-read',
  outward: true,
  arguments: {
    [pointer]: 'command',
    '/language': 'scalar',
    '/timeout_ms': 'scalar',
    '/id': 'scalar',
    '/end': 'scalar',
  },
})

/**
 * The tools of keepup, by the names that they have there. Those for files and commands are judged by what they touch, so that only what their outputs say stands
 * here.
 */
export const toolkitAnnotations: ToolAnnotations = {
  write: { effect: 'write', echoes: true, byEffects: true },
  think: echo,
  todo: echo,
  ask_user: read,
  read_artifact: read,
  repository_map: read,
  skill: read,
  shell_output: read,
  shell_kill: { effect: 'workspace' },
  shell_input: runs('/text'),
  code: runs('/source'),
  web_fetch: {
    effect: 'egress-read',
    outward: true,
    arguments: { '/url': 'url', '/format': 'scalar', '/from': 'scalar', '/max_chars': 'scalar' },
  },
  web_search: {
    effect: 'egress-read',
    outward: true,
    arguments: { '/query': 'content', '/count': 'scalar', '/sites': 'scalar' },
  },
  computer_view: read,
  // What servers say of their tools was reviewed and is pinned, whether it is searched or listed.
  search_tools: echo,
  get_tool_details: echo,
  // Agents are judged by what they do themselves.
  delegate_to_agent: { effect: 'workspace' },
  collect_agents: { effect: 'read' },
  cancel_agents: { effect: 'workspace' },
}
