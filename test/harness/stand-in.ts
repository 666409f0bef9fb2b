export { type Asked, type Said, type StandIn, startStandIn } from '../../src/testing/stand-in.ts';
