import { get } from './api.js';
import { el, empty, row, table, time } from './dom.js';

const CALLERS = [
  'Caller',
  'Asked',
  'Entered',
  'Wrong',
  'Declined',
  'Overridden',
  'Fast',
  'Filled in',
  'Flags',
];
const ADDRESSES = ['Address', 'Records', 'Flags'];
const COUNTRIES = ['Country', 'Asked', 'Entered', 'Flags'];
const ALARMS = ['Time', 'About', 'Country'];
const WORDS = {
  'many-asked-few-entered': 'many asked, few entered',
  'entered-too-fast': 'entered too fast',
  'one-address-many-records': 'one address, many records',
  'address-filled-in-before': 'address filled in before',
};

/** Who asks for codes and what becomes of them, in the last 24 hours. */
export async function radarPage() {
  const { callers, addresses, countries, alarms, thresholds } = await get('radar');
  const flagged = (flags, cells, heads) =>
    row(heads, [...cells, flagsOf(flags)], flags.length > 0 ? { class: 'flagged' } : {});
  const counts = ({ asked, entered, wrong, declined, overridden, fast, filledIn }) => [
    asked,
    entered,
    wrong,
    declined,
    overridden,
    fast,
    filledIn,
  ];
  return [
    el('h1', {}, 'Radar'),
    el('p', {}, 'The last 24 hours, of this process. What is flagged deserves a question, and is no proof.'),
    el('p', { class: 'soft' }, flaggedFrom(thresholds)),
    el('h2', {}, 'Callers'),
    callers.length > 0
      ? table(
          'Callers',
          CALLERS,
          callers.map((each) => flagged(each.flags, [each.caller, ...counts(each)], CALLERS)),
        )
      : empty('Nobody asked for a code.'),
    el('h2', {}, 'Addresses that confirm several records'),
    addresses.length > 0
      ? table(
          'Addresses',
          ADDRESSES,
          addresses.map((each) => flagged(each.flags, [each.address, each.records], ADDRESSES)),
        )
      : empty('None.'),
    el('h2', {}, 'Countries'),
    countries.length > 0
      ? table(
          'Countries',
          COUNTRIES,
          countries.map((each) => flagged(each.flags, [each.country, each.asked, each.entered], COUNTRIES)),
        )
      : empty('No code went to a phone.'),
    el('h2', {}, 'Alarms'),
    alarms.length > 0
      ? table(
          'Alarms',
          ALARMS,
          alarms.map(({ at, scope, country }) => row(ALARMS, [time(at), scope, country || '–'])),
        )
      : empty('None was raised.'),
  ];
}

/** From when on something is flagged, as it is configured. */
function flaggedFrom({ asked, entered, withinMs, records }) {
  const share = `${Math.round(entered * 100)} %`;
  return `Flagged are: ${asked} codes or more of which fewer than ${share} were entered; a code entered within ${withinMs / 1000} s of its sending; an address that confirms ${records} records or more, or that was filled in by the caller whose save it confirms.`;
}

function flagsOf(flags) {
  if (flags.length === 0) return '–';
  return el(
    'span',
    {},
    flags.map((flag) => el('span', { class: 'flag' }, WORDS[flag] ?? flag)),
  );
}
