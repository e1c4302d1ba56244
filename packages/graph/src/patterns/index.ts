export { agentLoop, type AgentLoopOptions, type AgentLoopValues, type LoopTool } from './agent-loop.ts'
export type { Approval, ApprovalAnswer, ApprovalNodes, GivenApproval } from './approval.ts'
export type { NoChannels, PatternOptions } from './compose-pattern.ts'
export { hierarchical, type HierarchicalOptions, type HierarchicalValues } from './hierarchical.ts'
export type { Lost } from './judge-tasks.ts'
export type { ManagedTask } from './managed-task.ts'
export { type Mapped, mapReduce, type MapReduceOptions, type MapReduceValues } from './map-reduce.ts'
export type { PatternOutcome } from './pattern-outcome.ts'
export {
  planExecute,
  type PlanExecuteOptions,
  type PlanExecuteValues,
  type PlanStep,
} from './plan-execute.ts'
export { type Critique, reflection, type ReflectionOptions, type ReflectionValues } from './reflection.ts'
export {
  type Assignment,
  type MemberResult,
  supervisor,
  type SupervisorOptions,
  type SupervisorValues,
} from './supervisor.ts'
export { type Frame, type Reply, swarm, type SwarmOptions, type SwarmValues } from './swarm.ts'
export type { Member, Worker } from './worker.ts'
