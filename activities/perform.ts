import { runToken } from '../actions/marker.ts';
import { type Errand, failed, type Report } from '../actions/report.ts';
import type { PerformInput, PerformResult } from '../contract/perform.ts';
import { type Json, resolve } from '../core/value.ts';
import { fitResult } from './fit-result.ts';
import { keepScan } from './keep-scan.ts';
import type { Order, PerformDependencies } from './order.ts';
import { performHere } from './perform-here.ts';
import { performSupervised } from './perform-supervised.ts';

/**
 * Makes the activity that performs a step, or goes on observing one: what touches nothing and stays on this
 * host, or is a run of its own, goes on in this process, all else as one supervised child process.
 * How a step ended is its result. It throws the reason of the observer's signal, and what keeps it from
 * observing; then somebody should look again.
 */
export function createPerform(dependencies: PerformDependencies) {
  return async function perform(input: PerformInput): Promise<PerformResult> {
    const observer = dependencies.observer();
    const order = await prepare(dependencies, input);
    if ('outcome' in order) return order;
    const { startsRun } = order.action.description;
    // What it starts lives in Temporal, where the next one finds it again.
    const supervised =
      !startsRun && (input.touches !== 'nothing' || order.enter.length > 0 || order.privateNetwork);
    const way = supervised ? performSupervised : performHere;
    const result = fitResult(await way(dependencies, order, observer));
    return keepScan(dependencies.home, input, result);
  };
}

async function prepare(dependencies: PerformDependencies, input: PerformInput): Promise<Order | Report> {
  const action = await dependencies.loadAction(input.call.action);
  if (!action) return failed(`this worker host knows no action ${input.call.action}`);
  const token = runToken(input.run);
  const known = { ...input.known, 'run.id': input.run, 'run.token': token };
  const { onHost } = action.description;
  try {
    return {
      input,
      action,
      token,
      errand: errandOf(input, (value) => resolve(value, known)),
      enter: onHost ? [] : input.enter,
      privateNetwork: input.privateNetwork && !onHost,
    };
  } catch (error) {
    if (error instanceof RangeError) return failed(`it was not started: ${error.message}`);
    throw error;
  }
}

function errandOf({ call, as, touches, timeout }: PerformInput, fill: (value: never) => Json): Errand {
  return {
    action: call.action,
    as,
    with: fill(call.with as never),
    ...(call.expect && { expect: fill(call.expect as never) as Readonly<Record<string, Json>> }),
    ...(call.within !== undefined && { within: call.within }),
    ...(call.for !== undefined && { for: call.for }),
    ...((touches === 'nothing' || as === 'settle') && { timeout }),
  };
}
