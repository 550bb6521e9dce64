// Allocating and freeing when it is early and when it is late: in constructors before `main`, in destructors of
// thread-locals, of keys (again and again), of statics, and in what `atexit` calls.
extern "C" {
#include "check.h"
}
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

static char *early;
__attribute__((constructor(101))) static void before_all() {
    early = static_cast<char *>(malloc(100));
    strcpy(early, "from before main");
}

// Holds blocks from before, and allocates in its destructor.
struct Late {
    std::vector<std::string> lines;
    std::map<int, std::unique_ptr<int[]>> numbers;
    Late() {
        for (int i = 0; i < 100; i++) {
            lines.push_back(std::string(i * 7, 'x'));
            numbers[i].reset(new int[i + 1]);
        }
    }
    ~Late() {
        size_t sum = 0;
        for (auto &line : lines) sum += (line + line).size();
        CHECK(sum == 2 * 7 * 99 * 100 / 2);
        lines.assign(1000, "a line that is too long for the string itself to hold");
    }
    void touch() { CHECK(lines.size() == 100); }
};
static thread_local Late of_thread;
static Late of_program;

// The destructor of a key may set it again: then it is called again, some times, after everything else.
static pthread_key_t keys[40];
static size_t rounds;
struct Value {
    pthread_key_t key;
    int left;
    void *blocks[20];
};
static void set(pthread_key_t key, int left) {
    Value *value = static_cast<Value *>(calloc(1, sizeof(Value)));
    value->key = key;
    value->left = left;
    for (size_t i = 0; i < 20; i++) CHECK((value->blocks[i] = malloc(10 << (i % 16))));
    CHECK(pthread_setspecific(key, value) == 0);
}
static void key_ends(void *it) {
    Value *value = static_cast<Value *>(it);
    for (void *block : value->blocks) free(block);
    if (value->left) set(value->key, value->left - 1);
    free(value);
    __atomic_fetch_add(&rounds, 1, __ATOMIC_RELAXED);
}

static void at_exit() {
    CHECK(strcmp(early, "from before main") == 0);
    early = static_cast<char *>(realloc(early, 100000));
    CHECK(strcmp(early, "from before main") == 0);
    free(early);
    std::thread([] { of_thread.touch(); }).join();
    printf("and after main: %zu\n", rounds);
}

int main() {
    atexit(at_exit);
    of_thread.touch();
    of_program.touch();
    // Some before our library makes its own, some after.
    for (auto &key : keys) CHECK(pthread_key_create(&key, key_ends) == 0);
    for (int i = 0; i < 200; i++) {
        std::thread threads[4];
        for (auto &thread : threads)
            thread = std::thread([] {
                for (auto &key : keys) set(key, 3);
                of_thread.touch();
            });
        for (auto &thread : threads) thread.join();
    }
    puts("every destructor ran");
}
