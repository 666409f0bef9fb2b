import { get } from './api.js';
import { el, empty, facts, time, told, verdict } from './dom.js';

/** One decision: what it was, which clauses were true, and what happened. */
export async function whyPage(decision) {
  const story = await get(`decisions/${encodeURIComponent(decision)}`);
  const known = [
    ['Verdict', verdict(story.verdict)],
    ['Time', time(story.at)],
    ['Request', el('code', {}, `${story.method} ${story.path}`)],
    ['Request id', el('code', {}, story.request)],
    ['Caller', story.user || 'unnamed'],
    ['Modules', story.modules.join(', ') || '–'],
    ['Rules would have said', story.would],
    ['Fields that the rules read', story.facts.join(', ')],
    ['Time in the gate', story.gateMs === undefined ? undefined : `${story.gateMs} ms`],
    ['Time in all', story.ms === undefined ? undefined : `${story.ms} ms`],
    ["The CRM's status", story.crm],
    ['Outcome', story.outcome],
    ['Detail', story.detail],
  ];
  return [
    el('p', {}, el('a', { href: '/console/now' }, 'Back to Now')),
    el('h1', {}, 'Why'),
    facts(known),
    el('h2', {}, 'Rules that apply'),
    story.why.length > 0 ? el('ul', { class: 'cards' }, story.why.map(ruleOf)) : empty('No rule applies.'),
    el('h2', {}, 'What happened'),
    story.steps.length > 0
      ? el('ol', { class: 'cards' }, story.steps.map(stepOf))
      : empty('The audit was told nothing.'),
  ];
}

/** A rule and its clauses, in the words of the log. */
export function ruleOf({ rule, about, clauses, mode }) {
  const words = clauses.length > 0 ? clauses : ['its criteria hold'];
  const isAddress = about === 'address' || about === 'both';
  return el(
    'li',
    {},
    el('strong', {}, `Rule ${rule}`),
    mode === 'shadow' ? ' (shadow: it would apply)' : '',
    about === 'unread' ? ' (the stored record could not be read)' : '',
    el(
      'ul',
      {},
      words.map((word) => el('li', {}, el('code', {}, word))),
      isAddress ? el('li', {}, 'it changes the address that codes go to') : undefined,
    ),
  );
}

function stepOf({ at, event, request: _, user: __, ip: ___, ...rest }) {
  const words = told(rest);
  return el('li', {}, time(at), ' ', el('strong', {}, event), words === '' ? '' : `: ${words}`);
}
