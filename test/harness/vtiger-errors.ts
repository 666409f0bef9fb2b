/** What Vtiger answers instead: an envelope. */
export class VtigerError extends Error {
  readonly code: string | number;
  constructor(code: string | number, message: string) {
    super(message);
    this.code = code;
  }
}

/** PHP's end in the middle of it: status 500, with this text or none. */
export class Fatal extends Error {}

/** The end by `die`: status 200, with a text that is no envelope. */
export class Died extends Error {}

/** By far the most of its refusals, for whatever reason. */
export const denied = (what = '') =>
  new VtigerError('ACCESS_DENIED', `Permission to perform the operation is denied${what}`);
