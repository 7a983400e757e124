// Stands in for the libm of another machine: where a result is inexact, it is half of
// the time the other one of the two doubles around the true value. Which half hangs on
// the arguments and on OTHER_LIBM_SEED, so that equal arguments give equal results.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int chosen(double x, double y) {
    const char *seed = getenv("OTHER_LIBM_SEED");
    uint64_t bits[2], mixed = 1 + (seed ? strtoull(seed, NULL, 10) : 0);
    memcpy(bits, (double[]){x, y}, sizeof bits);
    for (int i = 0; i < 2; i++) {
        mixed = (mixed ^ bits[i]) * 0xbf58476d1ce4e5b9;
        mixed ^= mixed >> 31;
    }
    return mixed & 1;
}

static double other(double result, long double exact, double x, double y) {
    if (!isfinite(result) || result == exact || !chosen(x, y)) return result;
    return nextafter(result, exact > result ? INFINITY : -INFINITY);
}

#define ONE(name) double name(double x) { \
    double (*usual)(double) = (double (*)(double))dlsym(RTLD_NEXT, #name); \
    return other(usual(x), name##l(x), x, 0); }
#define TWO(name) double name(double x, double y) { \
    double (*usual)(double, double) = (double (*)(double, double))dlsym(RTLD_NEXT, #name); \
    return other(usual(x, y), name##l(x, y), x, y); }

ONE(exp) ONE(exp2) ONE(expm1) ONE(log) ONE(log2) ONE(log10) ONE(log1p)
ONE(sin) ONE(cos) ONE(tan) ONE(asin) ONE(acos) ONE(atan) ONE(sinh) ONE(cosh) ONE(tanh)
TWO(pow) TWO(hypot) TWO(atan2)
