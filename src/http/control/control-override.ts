import { isObject } from '../../core/wire/json.ts';
import { type CallHandler, refuseUnread, sendRow } from './control-call.ts';

/** Room for a reason that somebody will read. */
const LONGEST_REASON = 1000;

/** Vouches for a save of the record: `{ "reason": "…", "values": { … } }`. */
export const overrideOne: CallHandler = async (call, { gate }) => {
  const { rule, record, body, viewer } = call;
  const reason = body.get('reason') ?? '';
  const values = body.get('values');
  const isRead =
    [...body.keys()].every((name) => name === 'reason' || name === 'values') &&
    typeof reason === 'string' &&
    reason.length <= LONGEST_REASON &&
    (values === undefined || isObject(values));
  if (!isRead || typeof reason !== 'string')
    return refuseUnread(
      call,
      `The body is {"reason": "…", "values": {…}}: why, in ${LONGEST_REASON} symbols at most, and the new values that you vouch for.`,
    );
  const request = { rule, record, ...viewer, reason, values: isObject(values) ? values : undefined };
  await sendRow(call, await gate.override(request), 201);
};
