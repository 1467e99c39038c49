export { printExpected, runReference } from '../counter/reference.mjs';
