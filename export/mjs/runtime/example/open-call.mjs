export { openCall } from '../scheme/open-call.mjs';
