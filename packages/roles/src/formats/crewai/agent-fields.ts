import type { Field } from '../../fields/field.ts'
import { count, flag, text, texts } from '../../fields/text-count-choice.ts'
import type { RoleDraft } from '../../role/role-draft.ts'
import { allowedTools } from '../../tools/look-up-tools.ts'
import { setServers } from '../claude/claude-fields.ts'
import { joinTexts } from '../join-texts.ts'
import { setModel } from '../model-name.ts'

const template = 'how a prompt is put together is the same for every model here'
const code = 'code runs by the tool `code`, in the sandbox of the run'
const thinking = 'whether a model plans first is for its prompt'
const knowledge = 'what it remembers is for memory, not for a role'

/** The fields of an agent of CrewAI's `agents.yaml`. */
export const crewAgentFields: readonly Field<RoleDraft>[] = [
  {
    field: 'role',
    ours: 'description, system',
    required: true,
    read: text((said, { role }) => {
      role.description = said
      role.system = said
    }, 20_000),
  },
  {
    field: 'goal',
    ours: 'system',
    required: true,
    read: text((goal, { role }) => void (role.system = joinTexts(role.system, `Your goal: ${goal}`)), 20_000),
  },
  {
    field: 'backstory',
    ours: 'system',
    required: true,
    read: text((story, { role }) => void (role.system = joinTexts(role.system, story)), 100_000),
  },
  { field: 'llm', ours: 'model', read: text(setModel) },
  { field: 'function_calling_llm', note: 'one model does both here' },
  {
    field: 'tools',
    ours: 'tools',
    note: 'by the table of tools; all that the run has when left out, as the program of the crew adds them',
    read: texts((names, { role }, at) => void (role.tools = allowedTools(names, at)), 'commas'),
  },
  {
    field: 'allow_delegation',
    ours: 'delegates.to',
    note: 'nobody when left out, as there',
    read: flag((may, { role }) => void (role.delegates = { to: may ? ['*'] : [] })),
  },
  {
    field: 'max_iter',
    ours: 'limits.turns',
    read: count((turns, { role }) => void (role.limits = { ...role.limits, turns })),
  },
  {
    field: 'max_execution_time',
    ours: 'limits.time',
    note: 'seconds there',
    read: count((seconds, { role }) => void (role.limits = { ...role.limits, time: seconds * 1_000 })),
  },
  { field: 'max_rpm', note: 'how often a model may be called is set for the model' },
  { field: 'max_retry_limit', note: 'how often a model is called again is set for the run' },
  {
    field: 'mcps',
    ours: 'servers',
    note: 'names only: servers are never started from a role',
    read: setServers,
  },
  { field: 'apps', note: 'apps of the other program are not there' },
  { field: 'verbose', note: 'everything is logged' },
  { field: 'cache', note: 'results of tools are not kept for other calls' },
  { field: 'memory', note: knowledge },
  { field: 'step_callback', note: 'code of an imported file is never run' },
  { field: 'callbacks', note: 'code of an imported file is never run' },
  { field: 'system_template', note: template },
  { field: 'prompt_template', note: template },
  { field: 'response_template', note: template },
  { field: 'use_system_prompt', note: template },
  { field: 'allow_code_execution', note: code },
  { field: 'code_execution_mode', note: code },
  { field: 'respect_context_window', note: 'a run never goes over its window' },
  { field: 'multimodal', note: 'what a model can see is known of the model' },
  { field: 'inject_date', note: 'a prompt is the same every day, so that it is cached' },
  { field: 'date_format', note: 'a prompt is the same every day, so that it is cached' },
  { field: 'reasoning', note: thinking },
  { field: 'max_reasoning_attempts', note: thinking },
  { field: 'planning', note: thinking },
  { field: 'planning_config', note: thinking },
  { field: 'embedder', note: knowledge },
  { field: 'knowledge_sources', note: knowledge },
  { field: 'guardrail', note: 'what a result must meet is for an SOP' },
  { field: 'guardrail_max_retries', note: 'what a result must meet is for an SOP' },
]
