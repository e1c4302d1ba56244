export type { Unmapped } from './fields/file-report.ts'
export type { CrewTask } from './formats/crewai/crew-task.ts'
export { instructionsFor } from './formats/instructions/instructions-for.ts'
export type { Instructions } from './formats/instructions/instructions.ts'
export { roleJsonSchema } from './formats/keepup/role-json-schema.ts'
export { fileOfRole } from './formats/keepup/role-of-file.ts'
export { roleFileShape } from './formats/keepup/role-file-shape.ts'
export type { RoleFile, RoleFileLimits } from './formats/keepup/role-file.ts'
export type { Skill } from './formats/skill/skill.ts'
export type { StepType, Workflow, WorkflowInput, WorkflowStep } from './formats/spec-kit/workflow.ts'
export type { ReadInstructions } from './guidance/instruction-file.ts'
export { findSkills, type FindSkillsOptions } from './guidance/known-skill.ts'
export { chosenOf, type InstructionReading, readInstructions } from './guidance/read-instructions.ts'
export { formatNames, type FormatName } from './load/format-name.ts'
export { formats } from './load/formats.ts'
export { loadRoleFile, type LoadFileOptions, type LoadOptions, loadRoles } from './load/load-roles.ts'
export type { LoadedRoles } from './load/loaded-roles.ts'
export type { FieldTable, RoleFormat } from './load/role-format.ts'
export { mayDelegate, mayUseTool, roleToolPolicy } from './policy/may-use-tool.ts'
export { rolePolicy } from './policy/role-policy.ts'
export { agentRole, type AgentRoleOptions } from './role/agent-role.ts'
export { narrowLimits, narrowMode } from './role/narrow.ts'
export type {
  RoleDefinition,
  RoleDelegates,
  RoleHandoff,
  RoleScope,
  RoleSkill,
  RoleSource,
} from './role/role-definition.ts'
export {
  createRoleRegistry,
  type RoleRegistry,
  settleNames,
  type SettledRoles,
} from './role/role-registry.ts'
export type { RoleRule } from './role/role-rule.ts'
export { problemLine, type RoleProblem, type SourcePlace } from './source/problem.ts'
export { toolTable } from './tools/tool-names.ts'
