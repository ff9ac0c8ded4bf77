import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

/** What planning is compared with: a process that parses the text and does nothing with it. */
const document = parseDocument(readFileSync(process.argv[2]!, 'utf8'));
process.exitCode = document.errors.length > 0 ? 1 : 0;
