import { DefaultFailureConverter } from '@temporalio/common';

/**
 * What a failure of a workflow says is made a payload where its worker encrypts those. The worker says so by a global of the sandbox:
 * there is one bundle, made before anybody knows of keys.
 */
export const failureConverter = new DefaultFailureConverter({
  encodeCommonAttributes: 'musterEncryptsPayloads' in globalThis,
});
