import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openCap } from './cap/cap.ts';
import { openDirectus } from './directus.ts';
import { openFeathers } from './feathers/feathers.ts';
import { openYoga } from './graphql-yoga/graphql-yoga.ts';
import { openJsonServer } from './json-server.ts';
import { openParse } from './parse/parse.ts';
import { openPostgraphile } from './postgraphile.ts';
import { openPouchdb } from './pouchdb/pouchdb.ts';
import { openRedmine } from './redmine/redmine.ts';
import { openStrapi } from './strapi.ts';
import type { System } from './system.ts';
import { openTryton } from './tryton.ts';
import { openWordpress } from './wordpress/wordpress.ts';

/** A real server: the packages that it and its client are, and how it is started from the folder where they are. */
type Real = { readonly packages: readonly string[]; open(folder: string): Promise<System> };

/** The real servers, by the name of their example. */
export const REAL: Readonly<Record<string, Real>> = {
  'json-server': {
    packages: ['json-server@0.17.4'],
    open: (folder) => openJsonServer(createRequire(join(folder, 'package.json'))),
  },
  'graphql-yoga': {
    packages: ['graphql-yoga@5.24.1', 'graphql@17.1.0'],
    open: (folder) => openYoga(createRequire(join(folder, 'package.json'))),
  },
  feathers: {
    packages: [
      '@feathersjs/feathers@5.0.50',
      '@feathersjs/express@5.0.50',
      '@feathersjs/socketio@5.0.50',
      '@feathersjs/memory@5.0.50',
      '@feathersjs/rest-client@5.0.50',
    ],
    open: openFeathers,
  },
  cap: {
    packages: [
      '@sap/cds@10.1.1',
      '@cap-js/sqlite@3.1.1',
      'express@4',
      '@sap-cloud-sdk/http-client@4',
      '@sap-cloud-sdk/resilience@4',
      '@sap-cloud-sdk/connectivity@4',
      '@openui5/sap.ui.core@1.152.0',
    ],
    open: openCap,
  },
  directus: { packages: ['directus@11.3.5', '@directus/sdk@18.0.3'], open: openDirectus },
  // Parse Server looks into the layers of `router`, which 2.3 has changed: every batch fails with that.
  parse: {
    packages: ['parse-server@9.10.0', 'parse@8.6.0', 'express@5', 'router@2.2.0'],
    open: openParse,
  },
  pouchdb: {
    packages: [
      'express-pouchdb@4.2.0',
      'pouchdb@9.0.0',
      'pouchdb-adapter-memory@9.0.0',
      'pouchdb-find@9.0.0',
      'express@4',
    ],
    open: openPouchdb,
  },
  postgraphile: { packages: ['postgraphile@4.14.1', 'graphql-request@7.4.0'], open: openPostgraphile },
  redmine: { packages: [], open: openRedmine },
  strapi: {
    packages: [
      '@strapi/strapi@5.54.0',
      '@strapi/plugin-users-permissions@5.54.0',
      '@strapi/client@1.6.2',
      'pg@8',
    ],
    open: openStrapi,
  },
  tryton: { packages: [], open: openTryton },
  wordpress: { packages: ['@wordpress/api-fetch@7.56.0'], open: openWordpress },
};
