// A shared library that is loaded and unloaded: it allocates when it comes, when it goes, and in between, and
// has more thread-locals than there is room for beside those of the program.
#include "check.h"

static __thread char own[20000];
static char *kept;
__attribute__((constructor)) static void comes(void) { kept = strdup("the plugin's"); }
__attribute__((destructor)) static void goes(void) {
    kept = realloc(kept, 10000);
    free(kept);
}
char *give(int size) {
    own[size % sizeof own] = 1;
    return memset(malloc(size), 42, size);
}
void take(char *block) { free(block); }
