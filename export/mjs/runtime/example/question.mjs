export { diverges } from '../counter/order.mjs';
