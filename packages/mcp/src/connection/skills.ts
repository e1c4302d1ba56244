import type { JsonObject } from '@keepup/core'
import type { Client, RequestOptions } from '@modelcontextprotocol/client'
import { type Skill, SkillsClient } from '@modelcontextprotocol/client/ext/skills'

import type { SkillEntry, SkillFile } from '../mcp-skill.ts'

/** The skills of a server; none where it has no such extension. Entries that break the rules are left out. */
export async function readSkills(client: Client, options: RequestOptions): Promise<readonly SkillEntry[]> {
  const { skills } = await new SkillsClient(client, { skipInvalid: true }).list({}, options)
  return skills.map((skill) => ({
    uri: skill.uri,
    name: skill.frontmatter.name,
    description: skill.frontmatter.description,
    // It comes from JSON.
    raw: skill as unknown as JsonObject,
  }))
}

/** A file of a skill, its `SKILL.md` when left out. Fails where size, digest or frontmatter are not those of the list. */
export async function readSkillFile(
  client: Client,
  { raw }: SkillEntry,
  file: string | undefined,
  options: RequestOptions,
): Promise<SkillFile> {
  // It was given out by `readSkills`; the SDK checks it anew.
  const skill = raw as unknown as Skill
  const { uri, mimeType, bytes, verified } = await new SkillsClient(client).read(skill, file, options)
  return { uri, bytes, verified, ...(mimeType === undefined ? {} : { mediaType: mimeType }) }
}
