import { judge } from './api.js';
import { el, field, verdict } from './dom.js';
import { ruleOf } from './why.js';

const REQUEST = 'PUT /api/DeliveryNotes/45\nContent-Type: application/json\n\n{"status": "Delivered"}';
const BEFORE = '{"status": "On the way", "email": "paula@example.test"}';

/** Judges a request that is pasted in, as the gateway would. Nothing is sent or stored. */
export async function benchPage() {
  const request = el('textarea', { rows: 8, spellcheck: 'false' });
  const before = el('textarea', { rows: 8, spellcheck: 'false' });
  request.value = REQUEST;
  before.value = BEFORE;
  const result = el('div', { role: 'status', class: 'result' });
  const why = el('ul', { class: 'cards' });
  const save = el('button', { type: 'button', class: 'quiet', hidden: true }, 'Save as test');
  let judged;
  save.addEventListener('click', () =>
    download('bench.test.yaml', testOf(request.value, before.value, judged)),
  );
  const form = el(
    'form',
    {
      class: 'bench',
      onsubmit: async (event) => {
        event.preventDefault();
        save.hidden = true;
        why.replaceChildren();
        result.replaceChildren('judging …');
        try {
          const stored = before.value.trim() === '' ? null : JSON.parse(before.value);
          judged = await judge({ request: request.value, before: stored, related: {} });
          result.replaceChildren(verdict(judged.verdict), ` status ${judged.status}`);
          why.replaceChildren(...judged.why.map(ruleOf));
          save.hidden = false;
        } catch (fault) {
          result.replaceChildren(
            fault instanceof SyntaxError ? `The stored record is no JSON: ${fault.message}` : fault.message,
          );
        }
      },
    },
    el('div', { class: 'sides' }, field('Request', request), field('Stored record', before)),
    el('div', { class: 'actions' }, el('button', { type: 'submit' }, 'Judge'), save),
  );
  return [
    el('h1', {}, 'Bench'),
    el(
      'p',
      {},
      'A request and the record that is stored, judged by the rules in force. Nothing is sent, stored or asked.',
    ),
    form,
    result,
    why,
  ];
}

/** A file that `countersign test` reads. JSON texts are texts of YAML, too. */
function testOf(request, before, { verdict: name, why }) {
  const lines = [
    'config: ../countersign.yaml',
    'cases:',
    '  - name: from the bench',
    `    request: ${JSON.stringify(request)}`,
    ...(before.trim() === '' ? [] : [`    before: ${JSON.stringify(JSON.parse(before))}`]),
    `    expect: ${name}`,
    ...(name === 'otp-required'
      ? [`    rules: [${[...new Set(why.map(({ rule }) => JSON.stringify(rule)))].join(', ')}]`]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const link = el('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  URL.revokeObjectURL(url);
}
