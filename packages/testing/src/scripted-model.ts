export { parseScript } from './script/parse-script.ts'
export type { Garbage, Script, ScriptedCall, ScriptedFailure, Step, StepCondition } from './script/script.ts'
export { scriptedModel, type ScriptedModelOptions } from './script/scripted-model.ts'
