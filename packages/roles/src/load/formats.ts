import { claudeFormat } from '../formats/claude/claude-format.ts'
import { clineFormat } from '../formats/cline/cline-format.ts'
import { copilotFormat } from '../formats/copilot/copilot-format.ts'
import { crewaiFormat } from '../formats/crewai/crewai-format.ts'
import { instructionsFormat } from '../formats/instructions/instructions-format.ts'
import { keepupFormat } from '../formats/keepup/keepup-format.ts'
import { opencodeFormat } from '../formats/opencode/opencode-format.ts'
import { rooFormat } from '../formats/roo/roo-format.ts'
import { skillFormat } from '../formats/skill/skill-format.ts'
import { specKitFormat } from '../formats/spec-kit/spec-kit-format.ts'
import type { RoleFormat } from './role-format.ts'

/** Every format that is read, in the order in which they win a name. */
export const formats: readonly RoleFormat[] = [
  keepupFormat,
  claudeFormat,
  opencodeFormat,
  copilotFormat,
  rooFormat,
  crewaiFormat,
  skillFormat,
  instructionsFormat,
  clineFormat,
  specKitFormat,
]
