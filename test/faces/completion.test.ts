import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { shells } from '../../faces/cli/completion-script.ts';
import { verbs } from '../../faces/cli/verbs.ts';
import { type } from './test-cli.ts';

const scriptFor = async (shell: string): Promise<string> => (await type(['completion', shell])).out;
const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

describe('completion', () => {
  it.each(shells)('knows every verb in %s', async (shell) => {
    const script = await scriptFor(shell);
    for (const { name } of verbs) expect(script).toContain(name);
    expect(script).toContain(shell === 'fish' ? '-l disrupted-at' : '--disrupted-at');
  });

  it.each(shells.filter(isThere))('is a script that %s can read', async (shell) => {
    const flag = shell === 'fish' ? '--no-execute' : '-n';
    const script = await scriptFor(shell);
    expect(() => execFileSync(shell, [flag], { input: script })).not.toThrow();
  });

  it('completes verbs and options in bash', async () => {
    const script = `${await scriptFor('bash')}
COMP_WORDS=(muster reco) COMP_CWORD=1; _muster; echo "\${COMPREPLY[*]}"
COMP_WORDS=(muster --no-input moment disr) COMP_CWORD=3; _muster; echo "\${COMPREPLY[*]}"
COMP_WORDS=(muster cancel --ki) COMP_CWORD=2; _muster; echo "\${COMPREPLY[*]}"`;
    const said = execFileSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(said.trim().split('\n')).toEqual(['recover', 'disruption', '--kill']);
  });
});
