export { templateLabel } from './edge-label.ts'
export { loadAgent } from './agent/load-agent.ts'
export { readAgentText } from './agent/read-agent.ts'
export { agentLimits } from './build/build-agent.ts'
export { buildTemplate, type TemplateGraph } from './build/build-template.ts'
export { missingParts } from './build/missing-parts.ts'
export type {
  MissingParts,
  RunTemplateFunction,
  TemplateFunction,
  TemplateParts,
} from './build/template-parts.ts'
export {
  checkTemplate,
  type LoadedTemplate,
  type LoadOptions,
  loadTemplate,
  readTemplate,
} from './load/load-template.ts'
export type { AgentConfiguration, AgentLimits, AgentSettings } from './schema/agent-configuration.ts'
export { agentJsonSchema, templateJsonSchema } from './schema/json-schemas.ts'
export type {
  ReducerName,
  Template,
  TemplateChannel,
  TemplateEdge,
  TemplateParameter,
} from './schema/template.ts'
export type { TemplateNode, TemplateStep } from './schema/template-node.ts'
export { type Problem, problemLine, type SourcePlace } from './source/problem.ts'
export { autogptFunctions, type AutogptParts } from './autogpt/functions/autogpt-functions.ts'
export { importAutogpt, type ImportedGraph } from './autogpt/import-autogpt.ts'
export { type ImportedBlock, type ImportReport, reportLines } from './autogpt/import-report.ts'
