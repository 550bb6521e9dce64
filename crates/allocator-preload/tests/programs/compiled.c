// Something for a C compiler to chew on, and its result.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEN(X, n) X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7) X(n##8) X(n##9)
#define HUNDRED(X) TEN(X, 1) TEN(X, 2) TEN(X, 3) TEN(X, 4) TEN(X, 5) TEN(X, 6) TEN(X, 7) TEN(X, 8) TEN(X, 9)

#define FUNCTION(n)                                                          \
    static uint32_t f##n(const uint32_t *in, size_t len, uint32_t *out) {    \
        uint32_t sum = n;                                                    \
        for (size_t i = 0; i < len; i++) {                                   \
            switch ((in[i] + n) % 7) {                                       \
            case 0: sum += in[i] * n; break;                                 \
            case 1: sum ^= in[i] >> (n % 13); break;                         \
            case 2: sum = sum << (n % 5) | sum >> (32 - n % 5 - 1); break;   \
            case 3: sum -= in[(i * n) % len]; break;                         \
            default: sum += out[i] % (n + 1);                                \
            }                                                                \
            out[i] = sum;                                                    \
        }                                                                    \
        return sum;                                                          \
    }
HUNDRED(FUNCTION)

int main(void) {
    size_t len = 5000;
    uint32_t *in = malloc(len * sizeof *in), *out = calloc(len, sizeof *out);
    for (size_t i = 0; i < len; i++) in[i] = i * 2654435761u;
#define CALL(n) printf("%d %u\n", n, f##n(in, len, out));
    HUNDRED(CALL)
    free(in);
    free(out);
}
