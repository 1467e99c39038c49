'use strict';

// A file of its own: Node before 10 cannot parse it.
import('./main.js');
