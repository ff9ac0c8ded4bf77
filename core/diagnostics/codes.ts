/**
 * Every code that a user can meet, with the sentence that explains it. A code is never renamed and never
 * reused; each has a section in docs/errors.md (a test holds them together).
 */
export const codes = {
  MUSTER_YAML_SYNTAX: 'The file is not well-formed YAML.',
  MUSTER_YAML_TOO_LARGE: 'The file is larger than 4 MB.',
  MUSTER_YAML_TOO_DEEP: 'The file is nested deeper than 64 levels.',
  MUSTER_YAML_CONTROL_CHARACTER: 'The file holds a control character.',
  MUSTER_YAML_SECOND_DOCUMENT: 'The file holds more than one YAML document.',
  MUSTER_YAML_ANCHOR: 'Anchors are not part of the language.',
  MUSTER_YAML_ALIAS: 'Aliases are not part of the language.',
  MUSTER_YAML_MERGE: 'Merge keys are not part of the language.',
  MUSTER_YAML_TAG: 'Tags are not part of the language.',
  MUSTER_YAML_DUPLICATE_KEY: 'A key stands twice in the same map.',
  MUSTER_YAML_KEY: 'A key is no plain text.',
  MUSTER_YAML_EMPTY: 'A value is missing after a key or a dash.',

  MUSTER_SCHEMA_UNKNOWN_KEY: 'The language has no such key here.',
  MUSTER_SCHEMA_RESERVED_KEY: 'The key or value is reserved for a later version of the language.',
  MUSTER_SCHEMA_MISSING_KEY: 'A key that must be there is not.',
  MUSTER_SCHEMA_WRONG_KIND: 'A text, a list or a map stands where something else is expected.',
  MUSTER_SCHEMA_TOO_FEW: 'A list or a text is empty where it must not be.',
  MUSTER_SCHEMA_CHOICE: 'The value is none of the words that are possible here.',
  MUSTER_SCHEMA_DURATION: 'The value is no duration.',
  MUSTER_SCHEMA_NUMBER: 'The value is no whole number in the range that is possible here.',
  MUSTER_SCHEMA_NAME: 'The name has characters that a name must not have.',

  MUSTER_REF_UNKNOWN: 'Nothing has the name that is pointed at.',
  MUSTER_REF_KIND: 'What is pointed at is of another kind than what can stand here.',
  MUSTER_REF_SELF: 'Something points at itself.',
  MUSTER_REF_CYCLE: 'Systems or gates wait for each other in a circle.',

  MUSTER_PLAN_PARAMETER_UNKNOWN: 'The runbook declares no parameter of this name.',
  MUSTER_PLAN_PARAMETER_MISSING: 'A parameter without a default was not given.',
  MUSTER_PLAN_PARAMETER_VALUE: 'The value of a parameter does not fit its declaration.',
  MUSTER_PLAN_SITE_UNKNOWN: 'The runbook has no site of this name.',
  MUSTER_PLAN_SITE_UNCLEAR: 'More than one site, or none, could be meant.',
  MUSTER_PLAN_SITE_UNFIT: 'The site cannot be the source or the target in this mode.',
  MUSTER_PLAN_MODE: 'Plans cannot be made for this mode yet.',
  MUSTER_PLAN_ACTION: 'There is no action of this name.',
  MUSTER_PLAN_INPUT: 'The input of a step does not fit its action.',
  MUSTER_PLAN_REFERENCE: 'A value refers to something that this plan does not have.',
  MUSTER_PLAN_NO_FENCE: 'A system would write at another site while its old copy may still write.',
  MUSTER_PLAN_CYCLE: 'Nodes of the plan wait for each other in a circle.',
  MUSTER_PLAN_NAME_TAKEN: 'A name is needed for a part that Muster adds to the plan.',
  MUSTER_PLAN_TOO_LARGE: 'The plan is larger than a run can carry.',
} as const satisfies Record<string, string>;

export type DiagnosticCode = keyof typeof codes;
