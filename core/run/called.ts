/** What people call a step, or a try of it, and may type: `db/restore`; a gate by its own name. */
export function called(path: string): string {
  const [node = '', , phase, step] = path.replace(/(\?[^?#]*)?(#\d+)?$/, '').split('/');
  if (step === undefined) return path;
  if (phase !== 'gate') return `${node}/${step}`;
  return step === 'decide' ? node : step;
}
