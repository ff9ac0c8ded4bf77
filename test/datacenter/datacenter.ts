import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type Site = 'east' | 'west';

/** An order that a customer was told is placed. */
export interface Confirmed {
  readonly order: number;
  /** When the customer knew, in milliseconds. */
  readonly at: number;
  readonly site: Site;
}

const script = 'runbooks/datacenter/datacenter.sh';

/** The data centre of a test, in a directory and on ports of its own. */
export class Datacenter {
  readonly directory = mkdtempSync(join(tmpdir(), 'muster-datacenter-'));
  readonly ports = 24_000 + (process.pid % 300) * 20;
  readonly front = `http://127.0.0.1:${this.ports + 10}`;

  constructor() {
    chmodSync(this.directory, 0o755); // Its servers run as another account where this is root.
  }

  run(verb: string, ...more: string[]): Promise<{ stdout: string }> {
    const env = { ...process.env, PORTS: String(this.ports), ORDERS: '200' };
    return promisify(execFile)('bash', [script, verb, this.directory, ...more], { env });
  }

  async down(): Promise<void> {
    if (existsSync(this.directory)) await this.run('down');
  }

  /** A runbook with the places of this data centre, in a file. */
  async runbook(name: 'runbook' | 'reprotect' = 'runbook'): Promise<string> {
    const file = join(this.directory, `${name}.yaml`);
    writeFileSync(file, (await this.run('runbook', name)).stdout);
    return file;
  }

  /** What a name server says that the site is. */
  async siteByName(server: 'ns1' | 'ns2'): Promise<string> {
    const port = String(this.ports + (server === 'ns1' ? 11 : 12));
    const argv = ['+short', '@127.0.0.1', '-p', port, 'site.shop.test', 'TXT'];
    const { stdout } = await promisify(execFile)('dig', argv);
    return stdout.trim().replaceAll('"', '');
  }

  ledger(): Confirmed[] {
    const lines = readFileSync(join(this.directory, 'customers', 'ledger.jsonl'), 'utf8')
      .trim()
      .split('\n');
    return lines.map((line) => JSON.parse(line) as Confirmed);
  }

  /** The processes that work in its directory, or name it. */
  processes(): string[] {
    return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && argvOf(pid).includes(this.directory));
  }
}

function argvOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // It has ended meanwhile.
  }
}
