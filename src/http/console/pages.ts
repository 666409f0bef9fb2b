import { readFileSync } from 'node:fs';
import express, { type Router } from 'express';

const FOLDER = new URL('../../../console/', import.meta.url);
const TYPES = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
} as const;
const PAGES = /^\/(?:now|why\/[\w.~-]{1,100}|bench|audit|radar|rules)?$/;

/** The files of the pages, which hold no data, and the one shell that shows them. There is no other file and no way to another folder. */
export function pageRoutes(isKnown: (request: express.Request) => boolean): Router {
  const routes = express.Router();
  const files = new Map<string, Buffer>();
  const fileOf = (name: string) => {
    const known = files.get(name) ?? readFileSync(new URL(name, FOLDER));
    files.set(name, known);
    return known;
  };
  routes.get('/assets/:name', ({ params: { name } }, response, next) => {
    const ending = /^[a-z-]+\.(js|css|svg)$/.exec(name)?.[1] as keyof typeof TYPES | undefined;
    if (ending === undefined) return next();
    try {
      response.set('Cache-Control', 'no-cache').type(TYPES[ending]).send(fileOf(name));
    } catch {
      next();
    }
  });
  routes.get(PAGES, (request, response) => {
    response
      .status(isKnown(request) ? 200 : 401)
      .type('html')
      .send(fileOf('index.html'));
  });
  return routes;
}
