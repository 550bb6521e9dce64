// What the manual pages say of each function. With an argument, also where the GNU C library is more lenient.
#include "check.h"
#include <dirent.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>

static const size_t TOO_LARGE[] = {
    (size_t)PTRDIFF_MAX + 1, (size_t)PTRDIFF_MAX, (size_t)PTRDIFF_MAX - 15,
    SIZE_MAX - 4096, SIZE_MAX - 16, SIZE_MAX - 1, SIZE_MAX,
};
#define EACH(list, it) for (size_t i_ = 0, it; i_ < sizeof list / sizeof *list && (it = list[i_], 1); i_++)

#define NO_MEMORY(call)          \
    do {                         \
        errno = 0;               \
        CHECK((call) == NULL);   \
        CHECK(errno == ENOMEM);  \
    } while (0)

static void malloc_gives_blocks(void) {
    for (size_t size = 0; size < 70000; size += size < 2100 ? 1 : 997) {
        char *block = malloc(size);
        CHECK(block && aligned_to(block, 16));
        CHECK(malloc_usable_size(block) >= size);
        memset(block, 0xa5, malloc_usable_size(block));
        free(block);
    }
    for (size_t size = 1 << 16; size <= 1 << 28; size *= 2) {
        char *block = malloc(size);
        CHECK(block && aligned_to(block, 16));
        block[0] = block[size - 1] = 1;
        free(block);
    }
    EACH(TOO_LARGE, size) NO_MEMORY(malloc(size));
}

static void nothing_is_something(void) {
    void *blocks[1000];
    for (int i = 0; i < 1000; i++) {
        blocks[i] = i % 2 ? malloc(0) : calloc(i % 4, 0);
        CHECK(blocks[i] && aligned_to(blocks[i], 16));
        for (int j = 0; j < i; j++) CHECK(blocks[i] != blocks[j]);
    }
    for (int i = 0; i < 1000; i++) free(blocks[i]);
    free(NULL);
    CHECK(malloc_usable_size(NULL) == 0);
}

static void calloc_gives_zeros(void) {
    static const size_t SIZES[] = {1, 24, 1000, 5000, 40000, 300000, 3000000};
    EACH(SIZES, size) {
        for (int round = 0; round < 50; round++) {
            unsigned char *dirty = malloc(size), *block;
            memset(dirty, 0xff, size);
            free(dirty);
            CHECK((block = calloc(size, 1)) && aligned_to(block, 16));
            for (size_t i = 0; i < size; i++) CHECK(block[i] == 0);
            memset(block, 0xff, size);
            free(block);
        }
    }
    NO_MEMORY(calloc(SIZE_MAX, 2));
    NO_MEMORY(calloc(2, SIZE_MAX));
    NO_MEMORY(calloc((size_t)1 << 32, (size_t)1 << 32));
    NO_MEMORY(calloc((size_t)1 << 33, (size_t)1 << 31));
    EACH(TOO_LARGE, size) NO_MEMORY(calloc(1, size));
}

static void realloc_keeps_what_fits(void) {
    CHECK(realloc(NULL, SIZE_MAX) == NULL);
    uint64_t random = 42;
    unsigned char *block = realloc(NULL, 1);
    CHECK(block);
    size_t size = 1;
    block[0] = 7;
    for (int round = 0; round < 3000; round++) {
        size_t bits = next_random(&random) % 23, new_size = 1 + (next_random(&random) & (((size_t)1 << bits) - 1));
        block = realloc(block, new_size);
        CHECK(block && aligned_to(block, 16) && malloc_usable_size(block) >= new_size);
        for (size_t i = 0; i < size && i < new_size; i++) CHECK(block[i] == (unsigned char)(i * 31 + 7));
        for (size_t i = size; i < new_size; i++) block[i] = i * 31 + 7;
        size = new_size;
    }
    EACH(TOO_LARGE, too_large) NO_MEMORY(realloc(block, too_large));
    NO_MEMORY(reallocarray(block, SIZE_MAX / 2, 3));
    NO_MEMORY(reallocarray(block, (size_t)1 << 32, (size_t)1 << 32));
    for (size_t i = 0; i < size; i++) CHECK(block[i] == (unsigned char)(i * 31 + 7));
    CHECK((block = reallocarray(block, 1000, 24)) && malloc_usable_size(block) >= 24000);
    errno = 0;
    CHECK(realloc(block, 0) == NULL && errno == 0);
    CHECK((block = reallocarray(NULL, 10, 10)));
    CHECK(reallocarray(block, 0, 10) == NULL);
    CHECK((block = realloc(NULL, 0)));
    free(block);
    // Blocks that were freed by `realloc` are given out again.
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < 100000; i++) CHECK(realloc(memset(malloc(4000), 1, 4000), 0) == NULL);
    getrusage(RUSAGE_SELF, &after);
    CHECK(after.ru_maxrss - before.ru_maxrss < 100000);
}

static void alignment_is_what_was_asked_for(int strict) {
    for (size_t align = 1; align <= (size_t)1 << 30; align *= 2) {
        static const size_t SIZES[] = {0, 1, 24, 5000, 70000, 3000000};
        EACH(SIZES, size) {
            void *block, *unset = &block;
            CHECK((block = aligned_alloc(align, size)) && aligned_to(block, align) && aligned_to(block, 16));
            CHECK(malloc_usable_size(block) >= size);
            memset(block, 1, size);
            CHECK((block = realloc(block, size + 1000)) && aligned_to(block, 16));
            for (size_t i = 0; i < size; i++) CHECK(((char *)block)[i] == 1);
            free(block);
            CHECK((block = memalign(align, size)) && aligned_to(block, align) && aligned_to(block, 16));
            free(block);
            block = unset;
            errno = 77;
            if (align < sizeof(void *)) {
                CHECK(posix_memalign(&block, align, size) == EINVAL && block == unset);
            } else {
                CHECK(posix_memalign(&block, align, size) == 0 && aligned_to(block, align));
                memset(block, 1, size);
                free(block);
            }
            CHECK(errno == 77);
        }
    }
    static const size_t WRONG[] = {0, 3, 24, 48, 1000, SIZE_MAX};
    EACH(WRONG, align) {
        void *block = &block;
        CHECK(posix_memalign(&block, align, 100) == EINVAL && block == &block);
        if (strict) {
            errno = 0;
            CHECK(aligned_alloc(align, 100) == NULL && errno == EINVAL);
            errno = 0;
            CHECK(memalign(align, 100) == NULL && errno == EINVAL);
        }
    }
    EACH(TOO_LARGE, size) {
        for (size_t align = 8; align; align *= 8) {
            void *block = &block;
            errno = 77;
            CHECK(posix_memalign(&block, align, size) == ENOMEM && block == &block);
            if (strict) CHECK(errno == 77);
            NO_MEMORY(aligned_alloc(align, size));
            NO_MEMORY(memalign(align, size));
        }
        NO_MEMORY(valloc(size));
        NO_MEMORY(pvalloc(size));
    }
    size_t page = sysconf(_SC_PAGESIZE);
    for (size_t size = 0; size < 3 * page; size += 100) {
        void *block;
        CHECK((block = valloc(size)) && aligned_to(block, page));
        free(block);
        CHECK((block = pvalloc(size)) && aligned_to(block, page));
        size_t whole = size ? (size + page - 1) / page * page : strict ? page : 0;
        CHECK(malloc_usable_size(block) >= whole);
        free(block);
    }
}

static void the_c_library_allocates_and_we_free(void) {
    char *text = strdup("a text"), *part = strndup("a text", 3), *printed, *line = NULL, *path, *where;
    CHECK(strcmp(text, "a text") == 0 && strcmp(part, "a t") == 0);
    CHECK(asprintf(&printed, "%s %d %0999d", text, 42, 7) == 10 + 999);
    FILE *file = tmpfile();
    for (int i = 0; i < 2000; i++) fprintf(file, "%0*d\n", i, 0);
    rewind(file);
    size_t room = 0;
    ssize_t len, sum = 0;
    while ((len = getline(&line, &room, file)) > 0) sum += len;
    CHECK(sum == 2001 + 1999 * 2000 / 2);
    CHECK(malloc_usable_size(line) >= room);
    fclose(file);
    size_t size;
    FILE *stream = open_memstream(&where, &size);
    for (int i = 0; i < 10000; i++) fprintf(stream, "%d ", i);
    fclose(stream);
    CHECK(size == 48890);
    CHECK((path = realpath("/proc/self/../../", NULL)));
    struct dirent **entries;
    int count = scandir("/", &entries, NULL, alphasort);
    CHECK(count > 2);
    for (int i = 0; i < count; i++) free(entries[i]);
    void *freed[] = {text, part, printed, line, where, path, entries, getcwd(NULL, 0)};
    for (size_t i = 0; i < sizeof freed / sizeof *freed; i++) free(freed[i]);
}

static void free_leaves_errno_alone(void) {
    // Locked memory cannot be given back by advice, so the system says no.
    int locked = mlockall(MCL_CURRENT | MCL_FUTURE);
    static const size_t SIZES[] = {10, 1000, 20000, 200000, 2000000, 10000000};
    EACH(SIZES, size) {
        void *blocks[64];
        int count = size > 1000000 ? 2 : 64;
        for (int i = 0; i < count; i++) blocks[i] = malloc(size);
        for (int i = 0; i < count; i++) {
            errno = 77;
            free(blocks[i]);
            CHECK(errno == 77);
        }
    }
    if (locked == 0) munlockall();
}

static void no_memory_is_not_the_end(void) {
    struct rlimit limit = {(size_t)200 << 20, RLIM_INFINITY};
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
    static const size_t SIZES[] = {100, 3000, 20000, 200000, 2000000};
    EACH(SIZES, size) {
        for (int round = 0; round < 2; round++) {
            void **last = NULL, **block;
            size_t count = 0;
            errno = 0;
            while ((block = malloc(size))) {
                *block = last;
                last = block;
                count++;
            }
            CHECK(errno == ENOMEM);
            // More than half of what is allowed, whatever blocks of other sizes left behind.
            CHECK(count * size > (size_t)110 << 20);
            NO_MEMORY(calloc(1, (size_t)1 << 30));
            NO_MEMORY(aligned_alloc(64, (size_t)1 << 30));
            void *unset = &unset;
            CHECK(posix_memalign(&unset, 64, (size_t)1 << 30) == ENOMEM && unset == &unset);
            NO_MEMORY(realloc(last, (size_t)1 << 30));
            while (last) {
                block = *last;
                free(last);
                last = block;
            }
        }
    }
}

int main(int count, char **args) {
    (void)args;
    int strict = count > 1;
    malloc_gives_blocks();
    nothing_is_something();
    calloc_gives_zeros();
    realloc_keeps_what_fits();
    alignment_is_what_was_asked_for(strict);
    the_c_library_allocates_and_we_free();
    free_leaves_errno_alone();
    no_memory_is_not_the_end();
    puts("as the manual pages say");
}
