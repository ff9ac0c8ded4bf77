'use strict';
// CommonJS, because Temporal loads it by `require`.
const { DefaultFailureConverter } = require('@temporalio/common');

const encoding = new DefaultFailureConverter({ encodeCommonAttributes: true });
const plain = new DefaultFailureConverter();

const namesAKey = ({ message, cause }) =>
  /\(MUSTER_PAYLOAD_KEY_\w+\)/.test(message ?? '') || (cause ? namesAKey(cause) : false);

/**
 * Of workers that encrypt: what a failure says, and where it came from, becomes a payload. That a payload could not be read must be read by
 * somebody who cannot either, and says nothing but the id of a key.
 */
exports.failureConverter = {
  errorToFailure: (error, ...rest) =>
    (namesAKey(error ?? {}) ? plain : encoding).errorToFailure(error, ...rest),
  failureToError: (...all) => encoding.failureToError(...all),
};
