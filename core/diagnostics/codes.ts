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
  MUSTER_SCHEMA_TOO_MANY: 'More is wrong than can be told one by one.',

  MUSTER_REF_UNKNOWN: 'Nothing has the name that is pointed at.',
  MUSTER_REF_KIND: 'What is pointed at is of another kind than what can stand here.',
  MUSTER_REF_SELF: 'Something points at itself.',
  MUSTER_REF_CYCLE: 'Systems or gates wait for each other in a circle.',

  MUSTER_NAME_TAKEN: 'A name is used twice.',
  MUSTER_NAME_RESERVED: "A name of Muster's own is used.",
  MUSTER_SITE_NONE: 'There is no site from which anything could be recovered.',
  MUSTER_SITE_ONE_HOST: 'A system is to run on another worker host than the rest of an isolated site.',
  MUSTER_CAPACITY_TOO_LITTLE: 'A step occupies more of a capacity than there is.',
  MUSTER_PARAMETER_PATTERN: 'The pattern of a parameter is no regular expression.',
  MUSTER_PARAMETER_DEFAULT: 'The default of a parameter is not a value that could be given.',

  MUSTER_GATE_UNUSED: 'Nothing waits for a gate.',
  MUSTER_GATE_SHARED: 'A gate is used in two ways.',
  MUSTER_GATE_OF_STEP: 'The gate of a step has needs or wants of its own.',
  MUSTER_GATE_NOBODY: 'Nobody can pass a gate.',
  MUSTER_GATE_LADDER: "A rung of a gate's ladder is never reached in its turn.",
  MUSTER_NOTIFY_ADDRESS: 'Notices cannot be sent there, or a secret is written out.',
  MUSTER_APPROVAL_NOT: 'Somebody is excluded who cannot be.',
  MUSTER_APPROVAL_PEOPLE: 'The roster has not enough people to fill the seats.',
  MUSTER_APPROVAL_ROLE: 'Nobody in the roster has a role that is asked for.',

  MUSTER_OBJECTIVE_RTO: 'An RTO is shorter than that of something that is needed.',
  MUSTER_OBJECTIVE_MTPD: 'The MTPD ends before the RTO.',

  MUSTER_CONSISTENCY_TWICE: 'A system stands in two consistency groups.',
  MUSTER_CONSISTENCY_NO_POINTS: 'A system of a consistency group has no recovery points to choose from.',

  MUSTER_SYSTEM_EMPTY: 'A system has no step where it must have one.',
  MUSTER_SYSTEM_EXTERNAL: 'An external system has more than checks.',
  MUSTER_SYSTEM_NO_FENCE: 'A system could be started while its old copy still writes.',
  MUSTER_FENCE_BY_NOTHING: 'The fence that is pointed at stops nothing.',

  MUSTER_SECRET_WRITTEN: 'A password is written out in the runbook.',

  MUSTER_ACTION_UNKNOWN: 'There is no action of this name.',
  MUSTER_ACTION_INTERNAL: "An action of Muster's own is used.",
  MUSTER_ACTION_INPUT: 'A value does not fit what the action takes.',

  MUSTER_STEP_NO_GATE: 'A step that cannot be undone, or that moves traffic, has no gate before it.',
  MUSTER_STEP_NEVER: 'A step is never reached.',
  MUSTER_STEP_READ_ONLY: 'A step in prepare changes something.',
  MUSTER_STEP_TOUCHES: 'A step says that it touches less than its action does.',
  MUSTER_STEP_IN_WORKER: 'A step without a process of its own is to be limited or listened to.',
  MUSTER_STEP_RETRIES: 'A step that runs once has retries.',
  MUSTER_STEP_TIMEOUT: 'A timeout is shorter than what the step takes.',
  MUSTER_CHECK_EXPECTS_NOTHING: 'A check expects nothing.',
  MUSTER_CHECK_EXPECT: 'What is expected cannot be found by the action, or not be compared.',
  MUSTER_CHECK_REPEATS: 'A step that is no check is to be repeated.',

  MUSTER_TEMPLATE_SYNTAX: 'The double braces do not hold a plain path.',
  MUSTER_TEMPLATE_UNKNOWN: 'A template leads nowhere.',
  MUSTER_TEMPLATE_SITE: 'A site lacks a variable that a template refers to.',
  MUSTER_TEMPLATE_SOURCE: 'The source site is referred to in a step that a rehearsal runs.',
  MUSTER_TEMPLATE_ORDER: 'A template refers to something that is not there yet.',
  MUSTER_TEMPLATE_MODE: 'A template refers to a step that is not part of every such run.',
  MUSTER_TEMPLATE_NOT_HERE: 'A template stands in a text that is not filled in, or not with this.',
  MUSTER_TEMPLATE_NOT_YET: 'A template refers to what only a later version has.',

  MUSTER_ROSTER_WORD: 'A person or a role bears a word of the language as its name.',
  MUSTER_ROSTER_PERSON_UNKNOWN: 'The roster has no person of this name.',
  MUSTER_ROSTER_DEPUTY_SELF: 'A person is a deputy of herself.',
  MUSTER_ROSTER_KEY: 'A key is no Ed25519 public key as OpenSSH writes it.',
  MUSTER_ROSTER_KEY_TWICE: 'A key stands twice in the roster.',
  MUSTER_ROSTER_IDENTITY: 'An identity or an address is not written as it must be.',
  MUSTER_ROSTER_IDENTITY_TWICE: 'Two people have the same identity.',
  MUSTER_ROSTER_MOMENT: 'An absence begins or ends at something that is no date and no moment.',
  MUSTER_ROSTER_ABSENCE: 'An absence ends before it begins.',
  MUSTER_ROSTER_NO_ROLE: 'A person has no role and is the deputy of nobody.',
  MUSTER_ROSTER_NO_PROOF: 'A person has nothing by which she could prove who she is.',

  MUSTER_CONFIG_VALUE: 'A value in the configuration of an edge is not of the form that it must have.',

  MUSTER_PAYLOAD_KEY_MISSING: 'Something is encrypted with a key that is not here.',
  MUSTER_PAYLOAD_KEY_WRONG: 'Something does not open with the key of its id.',

  MUSTER_PLAN_PARAMETER_UNKNOWN: 'The runbook declares no parameter of this name.',
  MUSTER_PLAN_PARAMETER_MISSING: 'A parameter without a default was not given.',
  MUSTER_PLAN_PARAMETER_VALUE: 'The value of a parameter does not fit its declaration.',
  MUSTER_PLAN_SITE_UNKNOWN: 'The runbook has no site of this name.',
  MUSTER_PLAN_SITE_UNCLEAR: 'More than one site, or none, could be meant.',
  MUSTER_PLAN_SITE_UNFIT: 'The site cannot be the source or the target in this mode.',
  MUSTER_PLAN_MODE: 'Plans cannot be made for this mode yet.',
  MUSTER_PLAN_ROSTER: 'The plan asks for roles, and there is no roster.',
  MUSTER_PLAN_TOO_LARGE: 'The plan is larger than a run can carry.',
} as const satisfies Record<string, string>;

export type DiagnosticCode = keyof typeof codes;
