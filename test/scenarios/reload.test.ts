import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { deliveryOptions, deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openCrm, openFolder, openGateway, openWorld } from '../harness/world.ts';
import { configText, serve } from './gateway-process.ts';

// Processes whose files are looked at every second, on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

const onShipped = { when: { changed_to: ['status', 'Shipped'] } };

const FIXED: readonly (readonly [name: string, change: Partial<ConfigInput>])[] = [
  ['listen', { listen: { port: 1 } }],
  ['store', { store: { kind: 'sqlite', path: ':memory:' } }],
  ['secret', { secret: 'another secret for tests, which nobody needs' }],
  ['audit', { audit: { kind: 'none', required: false } }],
];

describe('a new configuration', () => {
  it('is in force as a whole: rules, modules, open paths, limits and channels', async () => {
    const world = await openWorld();
    const { gateway, rep, crm } = world;
    expect((await rep.call('POST', '/api/Invoices', {})).result).toBe('unmapped-write');
    const changed = deliveryOptions(crm.url, {
      modules: {
        DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
        Orders: { dialect: 'rest', path: '/api/Orders' },
      },
      passthrough: ['/api/Invoices'],
      rules: [deliveryRule(onShipped), deliveryRule({ id: 8, name: 'Orders', module: 'Orders', when: true })],
    });
    expect(gateway.reload(changed)).toMatchObject({ ok: true });
    expect((await rep.call('POST', '/api/Invoices', {})).status).toBe(200);
    expect((await rep.deliver()).status).toBe(200);
    expect((await rep.call('PATCH', NOTE, { status: 'Shipped' })).status).toBe(428);
    expect((await rep.call('POST', '/api/Orders', {})).result).toBe('otp-create-refused');
  });

  it('that is wrong leaves the last good one in force, and says why', async () => {
    const { gateway, rep, crm } = await openWorld();
    const wrong = deliveryOptions(crm.url, {
      passthrough: ['/api/Invoices'],
      rules: [deliveryRule({ module: 'Nowhere' })],
    });
    expect(gateway.reload(wrong)).toMatchObject({ ok: false, reason: expect.stringContaining('Nowhere') });
    expect((await rep.call('POST', '/api/Invoices', {})).result).toBe('unmapped-write');
    expect((await rep.deliver()).status).toBe(428);
  });

  it('finds the codes that are out, which stay good', async () => {
    const { gateway, rep, crm, code } = await openWorld();
    await rep.deliver();
    expect(gateway.reload(deliveryOptions(crm.url, { passthrough: ['/login'] })).ok).toBe(true);
    expect((await rep.deliver(code())).result).toBe('verified');
  });

  it('does not touch a request that is under way, and waits for it with what that still needs', async () => {
    const { gateway, rep, crm, code } = await openWorld();
    await rep.deliver();
    const held = Promise.withResolvers<void>();
    crm.answerWith(({ method }, _response, proceed) => {
      if (method === 'PATCH') void held.promise.then(proceed);
      else proceed();
    });
    const underWay = rep.deliver(code());
    await until(() => crm.saves.length === 1);
    expect(gateway.reload(deliveryOptions(crm.url, { rules: [] })).ok).toBe(true);
    held.resolve();
    const answer = await underWay;
    expect([answer.status, answer.result, answer.code]).toEqual([200, 'verified', 'used']);
    expect(crm.records.get('45')).toMatchObject({ status: 'Delivered' });
  });

  it.each(FIXED)('with another %s is refused as a whole: that needs a restart', async (name, change) => {
    const crm = await openCrm();
    const { gateway, rep } = await openGateway(gatewayOptions(crm.url));
    const changed = gatewayOptions(crm.url, { ...change, rules: [] });
    const reason = `a change of ${name} needs a restart; nothing of the new configuration is used`;
    expect(gateway.reload(changed)).toEqual({ ok: false, reason });
    expect((await rep.deliver()).status).toBe(428);
  });

  it('is not blamed for a fault of countersign: the last good one stays, and the reason says whose fault it is', async () => {
    const { gateway, rep } = await openWorld();
    const reload = gateway.reloadFrom(() => {
      throw new TypeError('a bug in compiling');
    });
    expect(reload).toEqual({ ok: false, reason: expect.stringContaining('no fault of the configuration') });
    expect((await rep.deliver()).status).toBe(428);
  });
});

describe('the probes', () => {
  it('tell the revision in force and what became of the last reload; a failed one leaves the gateway ready', async () => {
    const crm = await openCrm();
    const options = gatewayOptions(crm.url, { admin: { port: 0 } });
    const other = await openAdmin(options);
    const before = await other.ready();
    expect(before.body).not.toHaveProperty('reload');
    other.gateway.reload({ ...options, rules: [deliveryRule({ module: 'Nowhere' })] });
    const failed = await other.ready();
    expect(failed).toMatchObject({ status: 200, body: { status: 'ok', reload: { ok: false } } });
    expect(failed.body.components.rules).toEqual(before.body.components.rules);
    const reload = other.gateway.reload({ ...options, rules: [] });
    const done = await other.ready();
    expect(done.body.reload).toMatchObject({ ok: true });
    expect(reload).toEqual({ ok: true, revision: done.body.components.rules.detail });
    expect(done.body.components.rules).not.toEqual(before.body.components.rules);
  });
});

describe('a file', () => {
  it('that is changed, and one that is announced by SIGHUP, are reloaded; a broken one is not', async () => {
    const { folder, path, options } = await fileWorld();
    const gateway = await serve(folder, options);
    expect((await gateway.rep.deliver()).status).toBe(428);
    writeFileSync(path, readFileSync(path, 'utf8').replace('Delivered', 'Shipped'));
    await until(() => gateway.output().includes('the configuration was reloaded'));
    expect((await gateway.rep.deliver()).status).toBe(200);
    expect((await gateway.rep.call('PATCH', NOTE, { status: 'Shipped' })).status).toBe(428);
    writeFileSync(path, 'rules: [');
    gateway.hangUp();
    await until(() => gateway.output().includes('the last good one stays'));
    expect((await gateway.rep.call('PATCH', NOTE, { status: 'Shipped' })).status).toBe(428);
    expect(await gateway.stop()).toBe(0);
  });

  it('behind a symbolic link is reloaded when the link is swapped, as Kubernetes does it', async () => {
    const { folder, options } = await fileWorld();
    const swap = swapper(folder);
    swap('..2026_1', configText(options));
    symlinkSync('..data/countersign.yaml', join(folder, 'countersign.yaml'));
    const gateway = await serve(folder, options);
    expect((await gateway.rep.deliver()).status).toBe(428);
    swap('..2026_2', configText({ ...options, rules: [deliveryRule(onShipped)] }));
    await until(() => gateway.output().includes('the configuration was reloaded'));
    expect((await gateway.rep.deliver()).status).toBe(200);
  });

  it('that is broken and swapped in keeps the old rules, says why, and is 0 in the metrics until a good one comes', async () => {
    const { folder, options } = await fileWorld({ admin: { port: 0 } });
    const swap = swapper(folder);
    swap('..2026_1', configText(options));
    symlinkSync('..data/countersign.yaml', join(folder, 'countersign.yaml'));
    const gateway = await serve(folder, options);
    const [, adminUrl = ''] = /"adminUrl":"([^"]+)"/.exec(gateway.output()) ?? [];
    const taken = async () => {
      const text = await (await fetch(`${adminUrl}/metrics`)).text();
      return /^countersign_config_last_reload_success (\d)$/m.exec(text)?.[1];
    };
    expect(await taken()).toBe('1');
    swap('..2026_2', configText({ ...options, rules: [deliveryRule({ module: 'Nowhere' })] }));
    await until(() => gateway.output().includes('the last good one stays'));
    expect(gateway.output()).toMatch(
      /countersign\.yaml:\d+:\d+ {2}error {2}rules\[0\]\.module: [^"]*"Nowhere/,
    );
    expect(await taken()).toBe('0');
    expect((await gateway.rep.deliver()).status).toBe(428);
    swap('..2026_3', configText({ ...options, rules: [deliveryRule(onShipped)] }));
    await until(() => gateway.output().includes('the configuration was reloaded'));
    expect(await taken()).toBe('1');
    expect((await gateway.rep.deliver()).status).toBe(200);
  });
});

/** Puts a text into a folder of its own, and that in the place of the last one, by a link that is renamed. */
function swapper(folder: string): (name: string, text: string) => void {
  return (name, text) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'countersign.yaml'), text);
    symlinkSync(name, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  };
}

async function fileWorld(changes: Partial<ConfigInput> = {}) {
  const folder = openFolder();
  const crm = await openCrm();
  const { secret: _, ...options } = gatewayOptions(crm.url, { log: { level: 'info' }, ...changes });
  return { folder, path: join(folder, 'countersign.yaml'), options };
}

type Ready = {
  readonly components: { readonly rules: { readonly detail: string } };
  readonly reload?: { readonly ok: boolean };
};

async function openAdmin(options: ConfigInput) {
  const gateway = createGateway(options);
  const { adminUrl } = await gateway.listen();
  onTestFinished(gateway.close);
  const ready = async () => {
    const response = await fetch(`${adminUrl}/readyz`);
    return { status: response.status, body: (await response.json()) as Ready };
  };
  return { gateway, ready };
}
