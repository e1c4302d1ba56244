export { joinHooks } from './agent/join-hooks.ts'
export { phasePolicy, phaseToolPolicy } from './agent/phase-policy.ts'
export { requestToolName, requestTransitionTool } from './agent/request-transition.ts'
export { checkSop, type SopSurroundings } from './definition/check-sop.ts'
export type {
  CommandGate,
  EvidenceGate,
  FilesGate,
  Gate,
  HumanGate,
  JoinedGate,
  JudgeGate,
  ReportFormat,
  SchemaGate,
  SimpleGate,
} from './definition/gate.ts'
export { type SopProblem, sopProblemLine, sopProblemsError } from './definition/problem.ts'
export { parseSop, readSop, type ReadSop } from './definition/read-sop.ts'
export { sopJsonSchema } from './definition/sop-shape.ts'
export type {
  FailTarget,
  Join,
  PhaseTools,
  Rollback,
  Sop,
  SopBudget,
  SopPhase,
  SopWork,
} from './definition/sop.ts'
export { type Finding, newFindings } from './findings/finding.ts'
export { parseReport, type ReadReport } from './findings/parse-report.ts'
export { shellCommandTool } from './gates/command-call.ts'
export { gateWords } from './definition/gate-words.ts'
export {
  type BranchState,
  type Failures,
  type FailReason,
  type MachineEnd,
  type MachineEvent,
  type MachineState,
  startMachine,
  stepMachine,
} from './machine/sop-machine.ts'
export { sopMermaid } from './machine/sop-mermaid.ts'
export { createSopExecutor, type SopExecutor, type SopStart } from './run/create-sop-executor.ts'
export type { CommandEvidence, Evidence, TransitionRequest } from './run/evidence.ts'
export type { SopEntry, SopEntryData, SopEntryType, Spent } from './run/sop-entries.ts'
export { isLiveSopEvent, type LiveSopEvent, type SopEvent } from './run/sop-event.ts'
export { sopFold } from './run/sop-fold.ts'
export type { CommandTool, Seat, SopDriving, SopParts } from './run/sop-parts.ts'
export type { AskedQuestion, SopState } from './run/sop-state.ts'
export { shippedSops } from './shipped/shipped-sops.ts'
