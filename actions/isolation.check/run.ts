import type { z } from 'zod';
import { ActionFailure, type Run } from '../action.ts';
import { reachesFromHere } from './from-here.ts';
import { reachesFromSite } from './from-site.ts';
import type { description } from './describe.ts';

export const run: Run<z.output<typeof description.input>> = async ({ cannotReach }, context) => {
  const reaches = context.enter.length > 0 ? reachesFromSite : reachesFromHere;
  const looks = await Promise.all(
    cannotReach.map(async (place) => ({ place, reached: await reaches(place, context) })),
  );
  const hits = looks.filter(({ reached }) => reached).map(({ place }) => place);
  const findings = { value: hits.length, reached: hits.join(', ') };
  if (hits.length === 0) return { outputs: {}, findings };
  throw new ActionFailure(
    `not isolated: ${findings.reached} can be reached from where the steps run. ` +
      'Nothing may be restored or started here until that is closed',
    { findings },
  );
};
