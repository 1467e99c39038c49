#pragma once

/*
 * GET: "granted" makes the caller a holder. ENTER: of the RCU section. PUT, USE: only by a holder.
 */
enum role { GET, ENTER, PUT, USE, OTHER };

/*
 * What decides: the facts of the object's life, the warnings, or the results of all threads after
 * each op.
 */
enum compared { FACTS, WARNINGS, RESULTS };
