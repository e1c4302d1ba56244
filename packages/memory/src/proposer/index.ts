export { modelProposer, type ModelProposerOptions } from './model-proposer.ts'
