#pragma once

/* A call: who makes it, what it gave when this was recorded, and what the reference gives. */
struct step {
	int thread;
	int op;
	int recorded;
	int reference;
};
