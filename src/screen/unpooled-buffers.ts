/** For the modules that are loaded next: no Buffer shares its memory with others, until `poolSize` is set back. */
Buffer.poolSize = 0
