/** What a direct build asks of the host: a shared memory that is not larger. An instance fits into one of just this. */
export const DIRECT_MEMORY_PAGES = 64;
