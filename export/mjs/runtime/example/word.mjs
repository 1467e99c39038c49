export { noteWord } from '../scheme/word.mjs';
