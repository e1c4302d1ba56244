/** Folders of a project, and of a person's home, that hold folders of skills. */
export const skillFolders = [
  '.claude/skills',
  '.agents/skills',
  '.github/skills',
  '.opencode/skill',
  '.opencode/skills',
  '.roo/skills',
  '.keepup/skills',
] as const

/** Folders that hold skills in a person's home alone. */
export const ownSkillFolders = [
  '.config/keepup/skills',
  '.copilot/skills',
  '.config/opencode/skill',
  '.config/opencode/skills',
] as const
