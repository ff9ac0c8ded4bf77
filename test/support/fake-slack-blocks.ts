type Json = Record<string, unknown>;

/** What Slack would refuse of blocks, by the limits on its reference pages; undefined: nothing. */
export function blockProblem(blocks: unknown): string | undefined {
  if (blocks === undefined) return undefined;
  if (!Array.isArray(blocks) || blocks.length > 50) return 'not a list of at most 50 blocks';
  return blocks.map((block) => problemOf(block as Json)).find((problem) => problem !== undefined);
}

function problemOf(block: Json): string | undefined {
  switch (block['type']) {
    case 'header':
      return textProblem(block['text'], 150);
    case 'section':
      return textProblem(block['text'], 3_000);
    case 'context':
      return (block['elements'] as unknown[])
        .map((element) => textProblem(element, 3_000, true))
        .find(Boolean);
    case 'actions':
      return (block['elements'] as Json[]).map(buttonProblem).find(Boolean);
    case 'input':
      return textProblem(block['label'], 2_000) ?? elementProblem(block['element'] as Json);
    default:
      return `no block of type ${String(block['type'])}`;
  }
}

function textProblem(object: unknown, limit: number, direct = false): string | undefined {
  const { type, text } = object as { type?: string; text?: unknown };
  if (type !== 'plain_text' && type !== 'mrkdwn') return `no text object${direct ? ' in a context' : ''}`;
  if (typeof text !== 'string' || text.length < 1 || text.length > limit)
    return `a text of 1 to ${limit} characters, not ${String(text).length}`;
  return undefined;
}

function buttonProblem({ type, text, value, action_id: id }: Json): string | undefined {
  if (type !== 'button') return 'only buttons are known here';
  if (String(value).length > 2_000 || String(id).length > 255)
    return 'the value or id of a button is too long';
  return textProblem(text, 75);
}

function elementProblem(element: Json): string | undefined {
  const known = ['plain_text_input', 'number_input', 'datetimepicker', 'static_select'];
  if (!known.includes(String(element['type']))) return `no element of type ${String(element['type'])}`;
  const options = (element['options'] ?? []) as Json[];
  if (options.length > 100) return 'too many options';
  return options.map(({ text }) => textProblem(text, 75)).find(Boolean);
}
