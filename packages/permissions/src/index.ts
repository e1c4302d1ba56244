export {
  type CommandExplanation,
  commandExplainer,
  type ExplainCommand,
  type ExplanationBasis,
} from './explain-command.ts'
export { permissionPolicy, type PermissionPolicyOptions, type Remembered } from './permission-policy.ts'
export type { PlaceOptions } from './place.ts'
export { readRules } from './read-rules.ts'
export type { PermissionRule, RuleDecision, RuleOrder, RuleSet } from './rule.ts'
